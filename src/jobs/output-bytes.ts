import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { jobOutputs } from '../database/schema.ts';

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
