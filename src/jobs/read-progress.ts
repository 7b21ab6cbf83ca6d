import { count, eq } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobOutputs, jobs } from '../database/schema.ts';
import { isTerminal } from './job.ts';
import type { JobProgress } from './job-event.ts';
import { jobProgressSchema } from './job-events.ts';
import { positionOf } from './queue-line.ts';

/** How far a job is; `position` is there while it waits (1 for next). Null when it has ended or does not exist. */
export async function readProgress(
  queries: Queries,
  id: string,
): Promise<(JobProgress & { position?: number }) | null> {
  const [row] = await queries
    .select({ state: jobs.state, progress: jobs.progress, calls: jobs.calls })
    .from(jobs)
    .where(eq(jobs.id, id));
  if (row === undefined || isTerminal(row.state)) return null;
  const reported = jobProgressSchema.nullable().parse(row.progress);
  if (reported !== null) return reported;
  const [outputs] = await queries.select({ done: count() }).from(jobOutputs).where(eq(jobOutputs.job, id));
  const none = { call: null, calls: row.calls, step: 0, total: 0, etaSeconds: null };
  const fraction = (outputs?.done ?? 0) / row.calls;
  if (row.state === 'running') return { phase: 'loading', ...none, fraction };
  return { phase: 'queued', ...none, fraction, position: (await positionOf(queries, id)) ?? 1 };
}
