/** Which files jobs need, and how large those are that they have made. */
import { inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobOutputs, jobs } from '../../database/schema.ts';

/** SHA-256 of the files that waiting and running jobs need, as far as they are known. */
export async function filesInUse(queries: Queries): Promise<Set<string>> {
  const rows = await queries
    .selectDistinct({ hash: sql<string>`unnest(${jobs.needs})` })
    .from(jobs)
    .where(inArray(jobs.state, ['queued', 'running']));
  return new Set(rows.map(({ hash }) => hash));
}

/**
 * Bytes of the files of one job, or of all that are kept. All reads every output: for what runs once a minute at most.
 * An output holds nothing that clients wrote, so SQL may look into it.
 */
export async function outputBytes(queries: Queries, job?: string): Promise<number> {
  const which = job === undefined ? sql`true` : sql`job = ${job}`;
  const [row] = await readRows(
    queries,
    sql`select coalesce(sum((output->>'bytes')::bigint), 0) as bytes from ${jobOutputs} where ${which}`,
    z.object({ bytes: z.coerce.number() }),
  );
  return row?.bytes ?? 0;
}
