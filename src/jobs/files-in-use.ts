import { inArray, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobs } from '../database/schema.ts';

/** SHA-256 of the files that waiting and running jobs need, as far as they are known. */
export async function filesInUse(queries: Queries): Promise<Set<string>> {
  const rows = await queries
    .selectDistinct({ hash: sql<string>`unnest(${jobs.needs})` })
    .from(jobs)
    .where(inArray(jobs.state, ['queued', 'running']));
  return new Set(rows.map(({ hash }) => hash));
}
