/**
 * Server-sent events over a Fastify reply.
 *
 * The stream ends when the source does. When the client hangs up, or the server closes, the signal given to the source is
 * aborted and nothing of it is left: no timer, no listener, no pending read. A client that reads slowly slows the source
 * down instead of filling our memory. A comment is sent now and then, so that proxies do not take silence for death.
 */
import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import type { FastifyBaseLogger, FastifyReply } from 'fastify';

export interface SentEvent {
  event: string;
  /** What `Last-Event-ID` repeats when the client comes back. */
  id?: string;
  data: unknown;
  /** Of data that is a text: sent as it is, and not as JSON. */
  isPlain?: boolean;
}

export interface EventStreamSetup {
  /** Aborts when the server closes. */
  closing: AbortSignal;
  heartbeatMs: number;
  log: FastifyBaseLogger;
}

export function sendEvents(
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<SentEvent>,
  setup: EventStreamSetup,
): FastifyReply {
  const hungUp = new AbortController();
  reply.raw.once('close', () => hungUp.abort());
  const signal = AbortSignal.any([hungUp.signal, setup.closing]);
  const stream = new PassThrough();
  void pump(source(signal), stream, signal, setup);
  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx would hold events back to fill its buffer.
    'x-accel-buffering': 'no',
  });
  return reply.send(stream);
}

async function pump(
  events: AsyncIterable<SentEvent>,
  stream: Writable,
  signal: AbortSignal,
  { heartbeatMs, log }: EventStreamSetup,
): Promise<void> {
  const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatMs);
  try {
    // Sent at once, so that the client has its headers before the first event.
    stream.write('retry: 2000\n\n');
    for await (const event of events) {
      if (!stream.write(eventText(event))) await once(stream, 'drain', { signal });
    }
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'an event stream broke');
  } finally {
    clearInterval(heartbeat);
    stream.end();
  }
}

/**
 * One event on the wire. JSON has no line breaks outside of strings, and escapes those inside, so `data` is one line; a plain text has
 * as many as it has.
 */
export function eventText({ event, id, data, isPlain = false }: SentEvent): string {
  const lines = isPlain && typeof data === 'string' ? data.split(/\r\n|\r|\n/) : [JSON.stringify(data)];
  const sent = lines.map((line) => `data: ${line}\n`).join('');
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}${sent}\n`;
}
