/** What jobs have made, one row for each output: found, marked, and removed. */
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobOutputs, jobs } from '../../database/schema.ts';
import { sheetCells } from '../../database/sheet-schema.ts';
import { textArray } from '../../database/text-array.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { placeNamed } from '../../errors/reference.ts';
import { said } from '../../errors/sentence.ts';
import { jobOutputSchema, jobStates } from '../job.ts';

export interface OutputFilter {
  /** Only what was made for this API key; absent: for all. */
  keyId?: string | null;
  /** All of these words are in the prompt, in any case. */
  text?: string;
  model?: string;
  /** SHA-256 of a LoRA in it. */
  lora?: string;
  favourite?: boolean;
  tag?: string;
  kind?: 'image' | 'video';
  /** Made at or after, and before, a moment. */
  from?: Date;
  to?: Date;
  job?: string;
  /** SHA-256 of its file. */
  sha256?: string;
  /** Id of a contact sheet that shows it. */
  sheet?: string;
  /** Outputs on a page. */
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

const outputRow = z.object({
  number: z.coerce.number(),
  job: z.string(),
  keyId: z.string().nullable(),
  model: z.string(),
  state: z.enum(jobStates),
  output: jobOutputSchema,
  /** JSON, as it was kept: it may hold numbers that JavaScript rounds. */
  recipe: z.string().nullable(),
  favourite: z.boolean(),
  tags: z.array(z.string()),
  createdAt: z.coerce.date(),
});
export type OutputRecord = z.infer<typeof outputRow>;

export interface OutputPage {
  outputs: OutputRecord[];
  /** Null on the last page. */
  nextCursor: string | null;
}

const columns = sql`o.number, o.job, j.key_id as "keyId", j.model, j.state, o.output, o.recipe::text as recipe,
  o.favourite, o.tags, o.created_at as "createdAt"`;
const source = sql`${jobOutputs} o join ${jobs} j on j.id = o.job`;

/** Newest first. Throws INVALID_REQUEST for a cursor that no page gave out. */
export async function listOutputs(queries: Queries, filter: OutputFilter): Promise<OutputPage> {
  const conditions = sql.join([sql`true`, ...conditionsOf(filter)], sql` and `);
  const rows = await readRows(
    queries,
    sql`select ${columns} from ${source} where ${conditions} order by o.number desc limit ${filter.limit + 1}`,
    outputRow,
  );
  const outputs = rows.slice(0, filter.limit);
  const last = outputs.at(-1);
  return {
    outputs,
    nextCursor: rows.length > filter.limit && last !== undefined ? String(last.number) : null,
  };
}

function conditionsOf(filter: OutputFilter): SQL[] {
  const { keyId, text, model, lora, favourite, tag, kind, from, to, job, sha256, sheet, cursor } = filter;
  return [
    ofKey(keyId),
    ...(text ?? '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => sql`o.searched ilike ${`%${word.replaceAll(/[\\%_]/g, '\\$&')}%`}`),
    model === undefined ? null : sql`j.model = ${model}`,
    lora === undefined ? null : sql`${lora} = any(o.loras)`,
    favourite === undefined ? null : sql`o.favourite = ${favourite}`,
    tag === undefined ? null : sql`${tag} = any(o.tags)`,
    kind === undefined ? null : sql`o.output->>'kind' = ${kind}`,
    from === undefined ? null : sql`o.created_at >= ${from.toISOString()}::timestamptz`,
    to === undefined ? null : sql`o.created_at < ${to.toISOString()}::timestamptz`,
    job === undefined ? null : sql`o.job = ${job}`,
    sha256 === undefined ? null : sql`o.output->>'sha256' = ${sha256}`,
    sheet === undefined
      ? null
      : sql`exists (select from ${sheetCells} c where c.sheet = ${sheet} and c.job = o.job and c.output = o.index)`,
    cursor === undefined ? null : sql`o.number < ${parseCursor(cursor)}`,
  ].filter((condition) => condition !== null);
}

function parseCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new DarkroomError(
    'INVALID_REQUEST',
    said`The cursor is not one of ours. Send ${placeNamed('nextPage')} as it came, or none for the first page.`,
  );
}

/** Which output of which job. */
export interface OutputName {
  job: string;
  index: number;
}

/** Those of these that there are, in any order. */
export async function findOutputs(queries: Queries, names: readonly OutputName[]): Promise<OutputRecord[]> {
  const ids = textArray(names.map(({ job }) => job));
  const indexes = textArray(names.map(({ index }) => String(index)));
  return readRows(
    queries,
    sql`select ${columns} from ${source}
      join unnest(${ids}::text[], ${indexes}::text[]) as asked (job, index)
        on asked.job = o.job and asked.index::int = o.index`,
    outputRow,
  );
}

/** The newest output for each of these names of how one is made (`render/recipe-key.ts`). */
export async function findByRecipe(
  queries: Queries,
  recipeKey: readonly string[],
  keyId: string | null | undefined,
): Promise<Map<string, OutputName>> {
  const rows = await readRows(
    queries,
    sql`select distinct on (o.recipe_key) o.recipe_key as "recipeKey", o.job, o.index
      from ${source} where o.recipe_key = any(${textArray(recipeKey)}::text[]) and ${ofKey(keyId)}
      order by o.recipe_key, o.number desc`,
    z.object({ recipeKey: z.string(), job: z.string(), index: z.int() }),
  );
  return new Map(rows.map(({ recipeKey: name, job, index }) => [name, { job, index }]));
}

const ofKey = (keyId: string | null | undefined): SQL =>
  keyId === undefined ? sql`true` : keyId === null ? sql`j.key_id is null` : sql`j.key_id = ${keyId}`;

/** What people have made of an output. */
export interface OutputMarks {
  favourite?: boolean | undefined;
  tags?: readonly string[] | undefined;
}

export async function markOutput(
  queries: Queries,
  { job, index }: OutputName,
  marks: OutputMarks,
): Promise<void> {
  const { favourite = null, tags } = marks;
  await queries.execute(
    sql`update ${jobOutputs} set favourite = coalesce(${favourite}::boolean, favourite),
      tags = coalesce(${tags === undefined ? null : textArray(tags)}::text[], tags)
      where job = ${job} and index = ${index}`,
  );
}

/** Its file is removed before. A job that has not ended would make it again, so only of one that has; else false. */
export async function removeOutput(queries: Queries, { job, index }: OutputName): Promise<boolean> {
  const removed = await readRows(
    queries,
    sql`delete from ${jobOutputs} o using ${jobs} j
      where j.id = o.job and o.job = ${job} and o.index = ${index} and j.state in ('succeeded', 'failed', 'canceled')
      returning o.index`,
    z.object({ index: z.int() }),
  );
  return removed.length > 0;
}
