import { and, asc, eq, inArray, lt, not, notInArray, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { jobOutputs, jobs } from '../../database/schema.ts';
import { terminalStates } from '../job.ts';

const hasFavourite = sql`exists (select from ${jobOutputs} where job = ${jobs.id} and favourite)`;

/**
 * Remove up to `limit` jobs that ended before a moment and hold no favourite, oldest first. Those of the kinds `kept` stay. Files go before the row that names them: a stop in
 * between leaves a job to be removed again, never a file that nobody knows of. Returns how many were removed.
 */
export async function removeFinishedJobs(
  queries: Queries,
  { before, limit, kept }: { before: Date; limit: number; kept: readonly string[] },
  removeFiles: (id: string) => Promise<void>,
): Promise<number> {
  const rows = await queries
    .select({ id: jobs.id })
    .from(jobs)
    .where(
      and(
        inArray(jobs.state, [...terminalStates]),
        lt(jobs.finishedAt, before),
        not(hasFavourite),
        notInArray(jobs.kind, [...kept]),
      ),
    )
    .orderBy(asc(jobs.finishedAt))
    .limit(limit);
  for (const { id } of rows) {
    await removeFiles(id);
    await queries.delete(jobs).where(eq(jobs.id, id));
  }
  return rows.length;
}
