/** `Prefer: wait`: a request is answered when its prediction has ended, or when its time is over. */
import type { FastifyReply } from 'fastify';
import { isTerminal, type Job } from '../../jobs/job.ts';
import type { DialectParts } from '../dialect.ts';

const longestSeconds = 60;
/** Clients give up at the second that they name. */
const marginMs = 250;
/** A client that waits for ever has a limit of 60 s of its own. */
const longestMs = 59_000;

/** Seconds to wait; null for not at all. What is not known is passed over, as RFC 7240 has it. */
export function preferredWait(header: string | string[] | undefined): number | null {
  const preferences = String(header ?? '')
    .toLowerCase()
    .split(/[,;]/)
    .map((text) => text.trim());
  if (preferences.includes('respond-async')) return null;
  if (preferences.includes('wait')) return longestSeconds;
  const seconds = preferences.flatMap(
    (text) => /^wait\s*=\s*"?(\d{1,9})(?:\.\d+)?"?$/.exec(text)?.[1] ?? [],
  )[0];
  return seconds === undefined ? null : Math.min(longestSeconds, Math.max(1, Number(seconds)));
}

/** The job as it is when it has ended, or after so many seconds. A client that hangs up does not stop it. */
export async function hold(
  job: Job,
  seconds: number,
  reply: FastifyReply,
  { jobs, closing }: Pick<DialectParts, 'jobs' | 'closing'>,
): Promise<Job> {
  const hungUp = new AbortController();
  reply.raw.once('close', () => hungUp.abort());
  const left = Math.min(longestMs, seconds * 1000 - marginMs) - reply.elapsedTime;
  const over = AbortSignal.timeout(Math.max(0, Math.floor(left)));
  const signal = AbortSignal.any([over, hungUp.signal, closing]);
  const now = await untilEnded(job, signal, jobs);
  // Clients go on to ask only after a prediction that says that it is starting.
  return isTerminal(now.state) ? now : { ...job, state: 'queued', startedAt: null, outputs: [] };
}

/** The job when it has ended, or as it is when the signal aborts. */
export async function untilEnded(job: Job, signal: AbortSignal, jobs: DialectParts['jobs']): Promise<Job> {
  for await (const { type } of jobs.events(job.id, 0, signal)) if (type === 'ended') break;
  return (await jobs.get(job.id)) ?? job;
}
