import { eq, inArray, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobs } from '../database/schema.ts';
import { type JobState, terminalStates } from './job.ts';

export interface QueueCounts {
  /** Waiting jobs, for each model that has any. */
  queued: { model: string; count: number; oldestSeconds: number }[];
  running: number;
  /** Ended jobs that are still kept. `code` is null unless they failed. */
  finished: { state: JobState; code: string | null; count: number }[];
}

const count = sql<number>`count(*)::int`;

export async function countJobs(queries: Queries, now: Date): Promise<QueueCounts> {
  const waiting = await queries
    .select({ model: jobs.model, count, oldest: sql<string>`min(${jobs.createdAt})`.mapWith(jobs.createdAt) })
    .from(jobs)
    .where(eq(jobs.state, 'queued'))
    .groupBy(jobs.model)
    .orderBy(jobs.model);
  const [running] = await queries.select({ count }).from(jobs).where(eq(jobs.state, 'running'));
  const finished = await queries
    .select({ state: jobs.state, code: jobs.errorCode, count })
    .from(jobs)
    .where(inArray(jobs.state, [...terminalStates]))
    .groupBy(jobs.state, jobs.errorCode);
  return {
    queued: waiting.map(({ model, count, oldest }) => ({
      ...{ model, count },
      oldestSeconds: Math.max(0, (now.getTime() - oldest.getTime()) / 1000),
    })),
    running: running?.count ?? 0,
    finished,
  };
}
