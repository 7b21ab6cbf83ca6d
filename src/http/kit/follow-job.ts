import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JobEvent } from '../../jobs/job-event.ts';
import type { Keys } from '../../keys/open-keys.ts';
import type { DialectParts } from '../dialect.ts';
import { type SentEvent, sendEvents } from './event-stream.ts';

export const heartbeatMs = 15_000;

/** What is told of a job in the words of a dialect, in order; null for what its clients are not told. */
export type EventWording = (event: JobEvent) => SentEvent | readonly SentEvent[] | null;

/**
 * Answer with the events of a job as a stream, from the beginning or after `Last-Event-ID`, until the job has ended or the key
 * that asked is revoked. `resumed` is for clients that cannot set the header.
 */
export function followJob(
  http: { request: FastifyRequest; reply: FastifyReply; resumed?: string | undefined },
  job: string,
  wording: EventWording,
  { jobs, keys, closing, log }: Pick<DialectParts, 'jobs' | 'keys' | 'closing' | 'log'>,
): FastifyReply {
  const { request, reply, resumed } = http;
  // 0 is before the first event.
  const after = lastEventId(request, resumed) ?? 0;
  async function* source(signal: AbortSignal): AsyncGenerator<SentEvent> {
    for await (const event of jobs.events(job, after, signal)) {
      const sent = wording(event);
      if (sent !== null) yield* [sent].flat();
    }
  }
  const allowed = untilRevoked(request, reply, keys);
  return sendEvents(reply, source, { closing: AbortSignal.any([closing, allowed]), heartbeatMs, log });
}

/** Aborts when the key that the request came with is revoked. */
export function untilRevoked(
  { keyId }: Pick<FastifyRequest, 'keyId'>,
  reply: FastifyReply,
  keys: Pick<Keys, 'find' | 'onChange'>,
): AbortSignal {
  const revoked = new AbortController();
  const stop = keys.onChange(() => {
    if (keyId !== null && keys.find(keyId) === null) revoked.abort();
  });
  reply.raw.once('close', stop);
  return revoked.signal;
}

/** Null when there is none, or it is not one of ours. Some dialects put the time before it. */
export function lastEventId(
  request: Pick<FastifyRequest, 'headers'>,
  resumed: string | undefined,
): number | null {
  const header = request.headers['last-event-id'];
  const text = typeof header === 'string' ? header : (resumed ?? '');
  const [, sequence] = /^(?:\d{1,16}:)?(\d{1,15})$/.exec(text) ?? [];
  return sequence === undefined ? null : Number(sequence);
}
