import { and, asc, eq, inArray, lt } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { jobs } from '../../database/schema.ts';
import { terminalStates } from '../job.ts';

/**
 * Remove up to `limit` jobs that ended before a moment, oldest first. Files go before the row that names them: a stop in
 * between leaves a job to be removed again, never a file that nobody knows of. Returns how many were removed.
 */
export async function removeFinishedJobs(
  queries: Queries,
  before: Date,
  limit: number,
  removeFiles: (id: string) => Promise<void>,
): Promise<number> {
  const rows = await queries
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(inArray(jobs.state, [...terminalStates]), lt(jobs.finishedAt, before)))
    .orderBy(asc(jobs.finishedAt))
    .limit(limit);
  for (const { id } of rows) {
    await removeFiles(id);
    await queries.delete(jobs).where(eq(jobs.id, id));
  }
  return rows.length;
}
