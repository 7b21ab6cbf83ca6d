import type { EnginePoolStatus } from '../../engines/pool/engine-pool.ts';
import type { FeedEvent } from '../../jobs/reading/event-feed.ts';
import type { SentEvent } from '../kit/event-stream.ts';
import { toSentEvent } from './events.ts';
import type { AnswerContext } from './response.ts';

/** What the events of a kind of work are called; those of renders have names of their own. */
const namesOfKinds: Readonly<Record<string, string>> = {
  train: 'training',
  import: 'import',
  replay: 'replay',
};

/** An event of any job, under its number in the stream of all. */
export function toFeedEvent({ number, kind, event }: FeedEvent, context: AnswerContext): SentEvent {
  const { data } = toSentEvent(event, context);
  const name = kind === 'render' ? event.type : (namesOfKinds[kind] ?? 'work');
  const about = { kind, type: event.type };
  return { event: name, id: String(number), data: typeof data === 'object' ? { ...about, ...data } : about };
}

/** How the engines stand, without what changes all the time. */
export function engineEvent(
  engine: EnginePoolStatus,
  loadedModels: (resident: readonly string[]) => string[],
  last: number,
): SentEvent {
  const { state } = engine.status();
  const devices = engine.devices().map((device) => ({
    name: device.name,
    state: device.state,
    reason: device.reason,
    loaded: loadedModels(device.resident),
  }));
  return { event: 'engine', id: String(last), data: { state, devices } };
}
