import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import { jobs } from '../../database/schema.ts';
import type { JobsContext } from '../jobs-context.ts';
import { cancelJob } from './cancel-job.ts';

export interface DeadlineWatch {
  /** A job has been accepted that is to be canceled at a moment. */
  saw(cancelAt: Date): void;
  stop(): Promise<void>;
}

/** Other processes accept jobs too, so the database is asked now and then without anybody saying so. */
const lookAgainMs = 30_000;

/**
 * Cancels jobs that have not ended by the moment that they were sent with. Sleeps until the first of those moments; every process does
 * the same, and canceling twice changes nothing.
 */
export function watchDeadlines(context: JobsContext): DeadlineWatch {
  const { clock, log } = context;
  const stopped = new AbortController();
  let awake = new AbortController();
  let next = Number.POSITIVE_INFINITY;

  async function look(): Promise<void> {
    const first = await firstDeadline(context);
    next = first?.cancelAt.getTime() ?? Number.POSITIVE_INFINITY;
    if (first === null || first.cancelAt > clock()) return;
    await cancelJob(context, first.id);
    await look();
  }

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      await look().catch((error: unknown) => log.error({ err: error }, 'deadlines could not be looked at'));
      awake = new AbortController();
      const wait = Math.max(0, Math.min(lookAgainMs, next - clock().getTime()));
      const signal = AbortSignal.any([stopped.signal, awake.signal]);
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }

  const watched = watch();
  return {
    saw: (cancelAt) => {
      if (cancelAt.getTime() < next) awake.abort();
    },
    stop: async () => {
      stopped.abort();
      await watched;
    },
  };
}

/** Of the jobs that nobody has asked to stop. */
async function firstDeadline({
  database: { queries },
}: JobsContext): Promise<{ id: string; cancelAt: Date } | null> {
  const [row] = await queries
    .select({ id: jobs.id, cancelAt: jobs.cancelAt })
    .from(jobs)
    .where(and(isNull(jobs.finishedAt), isNotNull(jobs.cancelAt), eq(jobs.cancelRequested, false)))
    .orderBy(asc(jobs.cancelAt))
    .limit(1);
  return row === undefined || row.cancelAt === null ? null : { id: row.id, cancelAt: row.cancelAt };
}
