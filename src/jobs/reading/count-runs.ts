import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobs } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';

/** Base models by id, and files by SHA-256 in hex. */
export interface RunsAsked {
  models: readonly string[];
  files: readonly string[];
}

const row = z.object({ name: z.string(), runs: z.coerce.number() });

/** How many kept jobs of a kind are of each of these models, and need each of these files; none is missing. */
export async function countRuns(
  queries: Queries,
  kind: string,
  { models, files }: RunsAsked,
): Promise<Map<string, number>> {
  const needed = sql`${textArray(files)}::text[]`;
  const rows = await readRows(
    queries,
    sql`select model as name, count(*) as runs from ${jobs}
        where kind = ${kind} and model = any(${textArray(models)}::text[]) group by model
      union all
        select name, count(*) from (
          select unnest(needs) as name from ${jobs} where kind = ${kind} and needs && ${needed}
        ) as uses where name = any(${needed}) group by name`,
    row,
  );
  return new Map(rows.map(({ name, runs }) => [name, runs]));
}
