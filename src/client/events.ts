/**
 * The events of a request, as a stream that outlives its connection.
 *
 * The server sends `id` with each event, and takes the last one as `Last-Event-ID`, so a stream that breaks (a proxy that is
 * restarted, a server that is updated) is opened again after the event that came last, and nothing is missed or told twice. It
 * ends after the event `ended`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { DarkroomApiError } from './api-error.ts';

export interface RequestEvent {
  /** Sequence within the request; empty for events that are told once, such as previews. */
  id: string;
  event: string;
  /** Parsed JSON. */
  data: unknown;
}

export interface EventOptions {
  /** Only what came after the event of this id. */
  after?: string;
  /** Ends the stream with the signal's reason. */
  signal?: AbortSignal;
}

/** Opens the stream once, from an id on. */
export type OpenEvents = (after: string | undefined, signal: AbortSignal | undefined) => Promise<Response>;

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** Tries in a row that end without an event: of a server that has answered before, and of one that never has. */
const mostTries = { known: 20, unknown: 4 };

/**
 * Throws a DarkroomApiError when the server refuses, the last network error when it stays away for more than a minute, and an Error
 * that names `url` after a few seconds when nothing has ever answered there.
 */
export async function* followEvents(
  open: OpenEvents,
  url: string,
  { after, signal }: EventOptions = {},
): AsyncGenerator<RequestEvent, void, void> {
  let last = after;
  let hasAnswered = false;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await open(last, signal);
      hasAnswered = true;
      for await (const event of eventsOf(answer)) {
        tries = 0;
        if (event.id !== '') last = event.id;
        yield event;
        if (event.event === 'ended') return;
      }
    } catch (error) {
      const isFinal = error instanceof DarkroomApiError && !error.retryable;
      if (signal?.aborted || isFinal || tries >= mostTries.known) throw error;
      if (error instanceof DarkroomApiError) hasAnswered = true;
      if (!hasAnswered && tries >= mostTries.unknown) throw unreachable(url, error);
    }
    if (tries >= mostTries.known) throw new Error('The event stream ends again and again without an event.');
    await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** tries), undefined, signal && { signal });
  }
}

/** `fetch` itself only says that it failed, and why in its cause. */
function unreachable(url: string, error: unknown): Error {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = reason instanceof Error ? reason.message : String(reason);
  const advice = 'Check the address, and that a server runs there.';
  return new Error(`No server answers at ${url} (${why}). ${advice}`, { cause: error });
}

async function* eventsOf(answer: Response): AsyncGenerator<RequestEvent, void, void> {
  if (answer.body === null) return;
  const events = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id = '', event = 'message', data } of events)
    yield { id, event, data: JSON.parse(data) };
}
