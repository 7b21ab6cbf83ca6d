/** Which files jobs need and came with, and how large those are that they have made. */
import { inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobOutputs, jobs } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';

/** SHA-256 of the files that waiting and running jobs need, as far as they are known. */
export async function filesInUse(queries: Queries): Promise<Set<string>> {
  const rows = await queries
    .selectDistinct({ hash: sql<string>`unnest(${jobs.needs})` })
    .from(jobs)
    .where(inArray(jobs.state, ['queued', 'held', 'running']));
  return new Set(rows.map(({ hash }) => hash));
}

/** `needed`: it may be rendered with, now or later. `ended`: it came with jobs that have all ended. */
export type FileUse = 'needed' | 'ended';

const useRow = z.object({ hash: z.string(), needed: z.boolean() });

/** How jobs use these files, by SHA-256; one that no job knows is missing. */
export async function fileUse(queries: Queries, hashes: readonly string[]): Promise<Map<string, FileUse>> {
  if (hashes.length === 0) return new Map();
  const asked = sql`${textArray(hashes)}::text[]`;
  const statement = sql`
    select hash, bool_or(needed) as needed
    from (
      select unnest(needs) as hash, true as needed from ${jobs} where needs && ${asked}
      union all
      select unnest(inputs), state in ('queued', 'held', 'running') from ${jobs} where inputs && ${asked}
    ) as uses
    where hash = any(${asked})
    group by hash`;
  const rows = await readRows(queries, statement, useRow);
  return new Map(rows.map(({ hash, needed }) => [hash, needed ? 'needed' : 'ended']));
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
