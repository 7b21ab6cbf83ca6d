import { and, eq, gte, inArray, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Queries } from '../../database/database.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobs, owners } from '../../database/schema.ts';
import { type JobState, terminalStates } from '../job.ts';

export interface QueueDepth {
  queued: number;
  running: number;
  /** Processes that run jobs. Rows of dead ones are removed within seconds. Null on PGlite, which has this process only. */
  workers: number | null;
}

const depthRow = z.object({ queued: z.int(), running: z.int(), workers: z.int() });

/** What probes ask for every few seconds: it costs the same however many ended jobs are kept. */
export async function queueDepth({ kind, queries }: Database): Promise<QueueDepth> {
  const [depth] = await readRows(
    queries,
    sql`select
      (select count(*) from ${jobs} where state = 'queued')::int as queued,
      (select count(*) from ${jobs} where state = 'running')::int as running,
      (select count(*) from ${owners})::int as workers`,
    depthRow,
  );
  const { queued = 0, running = 0, workers = 0 } = depth ?? {};
  return { queued, running, workers: kind === 'pglite' ? null : workers };
}

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
      model,
      count,
      oldestSeconds: Math.max(0, (now.getTime() - oldest.getTime()) / 1000),
    })),
    running: running?.count ?? 0,
    finished,
  };
}

/** Whether a job of another kind waits that is at least so urgent. */
export async function othersWait(queries: Queries, kind: string, priority: number): Promise<boolean> {
  const found = await queries
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.state, 'queued'), ne(jobs.kind, kind), gte(jobs.priority, priority)))
    .limit(1);
  return found.length > 0;
}
