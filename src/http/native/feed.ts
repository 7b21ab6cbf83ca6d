import type { EnginePoolStatus } from '../../engines/pool/engine-pool.ts';
import type { FeedEvent } from '../../jobs/reading/event-feed.ts';
import { type CellCounts, sheetState } from '../../sheets/sheet.ts';
import type { SentEvent } from '../kit/event-stream.ts';
import { toSentEvent } from './events.ts';
import type { AnswerContext } from './response.ts';
import { countsResponse, sheetWord } from './sheets/sheet-response.ts';

/** What the events of a kind of work are called; those of renders have names of their own. */
const namesOfKinds: Readonly<Record<string, string>> = {
  train: 'training',
  import: 'import',
  replay: 'replay',
  verification: 'verification',
};

/** An event of any job, under its number in the stream of all. */
export function toFeedEvent({ number, kind, event }: FeedEvent, context: AnswerContext): SentEvent {
  const { data } = toSentEvent(event, context);
  const name = kind === 'render' ? event.type : (namesOfKinds[kind] ?? 'work');
  const about = { kind, type: event.type };
  return { event: name, id: String(number), data: typeof data === 'object' ? { ...about, ...data } : about };
}

/** Requests of which these events say that they stand otherwise than before. */
export function changedJobs(events: readonly FeedEvent[]): string[] {
  const changes = events.filter(({ kind, event: { type } }) => kind === 'render' && movesCells.has(type));
  return [...new Set(changes.map(({ event }) => event.job))];
}

const movesCells: ReadonlySet<string> = new Set(['queued', 'started', 'output', 'ended']);

/** How a contact sheet stands. */
export function sheetEvent(id: string, counts: CellCounts, last: number): SentEvent {
  const { failed } = counts;
  const data = {
    sheet_id: id,
    status: sheetWord(sheetState(counts)),
    counts: countsResponse(counts),
    failed_cells: failed,
  };
  return { event: 'sheet', id: String(last), data };
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
