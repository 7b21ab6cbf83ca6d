/** The rows of sheets. How a cell stands is read from the request that it is made by, never stored a second time. */
import { and, desc, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { jobOutputs, jobs } from '../database/schema.ts';
import { sheetCells, sheets } from '../database/sheet-schema.ts';
import { textArray } from '../database/text-array.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { placeNamed } from '../errors/reference.ts';
import { said, sentenceSchema } from '../errors/sentence.ts';
import { jobOutputSchema } from '../jobs/job.ts';
import { errorBodySchema } from '../jobs/job-row.ts';
import {
  axisSchema,
  type CellCounts,
  cellStates,
  countCells,
  layoutSchema,
  placeText,
  type Sheet,
  type SheetCell,
} from './sheet.ts';

/** Which request renders a cell. */
export type CellSource = Pick<SheetCell, 'place' | 'job' | 'index' | 'recipeKey' | 'reused'>;

const jsonColumns = z.object({
  axes: z.array(axisSchema),
  layout: layoutSchema,
  warnings: z.array(sentenceSchema),
});

function toSheet(row: typeof sheets.$inferSelect): Sheet {
  const { idempotencyKey: _key, bodyHash: _hash, ...sheet } = row;
  return { ...sheet, ...jsonColumns.parse(row) };
}

export async function findSheet(queries: Queries, id: string): Promise<Sheet | null> {
  const [row] = await queries.select().from(sheets).where(eq(sheets.id, id));
  return row === undefined ? null : toSheet(row);
}

/** The sheet that was asked for under this idempotency key, with the hash of its body; null when there is none. */
export async function findReplay(
  queries: Queries,
  keyId: string | null,
  idempotencyKey: string,
): Promise<{ sheet: Sheet; bodyHash: string | null } | null> {
  const [row] = await queries
    .select()
    .from(sheets)
    .where(
      and(
        keyId === null ? isNull(sheets.keyId) : eq(sheets.keyId, keyId),
        eq(sheets.idempotencyKey, idempotencyKey),
      ),
    );
  return row === undefined ? null : { sheet: toSheet(row), bodyHash: row.bodyHash };
}

export interface SheetPage {
  sheets: Sheet[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export interface SheetFilter {
  /** Only of this API key; absent: of all. */
  keyId?: string | null;
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** Newest first. Throws INVALID_REQUEST for a cursor that no page gave out. */
export async function listSheets(queries: Queries, filter: SheetFilter): Promise<SheetPage> {
  const { keyId, limit, cursor } = filter;
  const rows = await queries
    .select()
    .from(sheets)
    .where(
      and(
        keyId === undefined ? undefined : keyId === null ? isNull(sheets.keyId) : eq(sheets.keyId, keyId),
        cursor === undefined ? undefined : lt(sheets.number, parseCursor(cursor)),
      ),
    )
    .orderBy(desc(sheets.number))
    .limit(limit + 1);
  const last = rows.slice(0, limit).at(-1);
  return {
    sheets: rows.slice(0, limit).map(toSheet),
    nextCursor: rows.length > limit && last !== undefined ? String(last.number) : null,
  };
}

function parseCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new DarkroomError(
    'INVALID_REQUEST',
    said`The cursor is not one of ours. Send ${placeNamed('nextPage')} as it came, or none for the first page.`,
  );
}

/** How a cell stands, from its request (`j`) and its output (`o`). */
const cellState: SQL = sql`case
  when o.job is not null then 'succeeded'
  when j.state in ('queued', 'held') then 'queued'
  when j.state in ('running', 'failed', 'canceled') then j.state
  else 'removed' end`;
const cellsWithRequests: SQL = sql`${sheetCells} c left join ${jobs} j on j.id = c.job
  left join ${jobOutputs} o on o.job = c.job and o.index = c.output`;

const cellRow = z.object({
  place: z.string().transform((text) => text.split(',').map(Number)),
  state: z.enum(cellStates),
  job: z.string(),
  index: z.int(),
  recipeKey: z.string(),
  reused: z.boolean(),
  error: errorBodySchema.nullable(),
  output: jobOutputSchema.nullable(),
  recipe: z.string().nullable(),
});

/** In the order of their places. */
export async function readCells(queries: Queries, sheet: string): Promise<SheetCell[]> {
  const cells = await readRows(
    queries,
    sql`select c.place, ${cellState} as state, c.job, c.output as index, c.recipe_key as "recipeKey", c.reused, j.error, o.output,
      o.recipe::text as recipe from ${cellsWithRequests} where c.sheet = ${sheet}`,
    cellRow,
  );
  return cells.sort((a, b) => comparePlaces(a.place, b.place));
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (const [axis, index] of a.entries()) {
    const difference = index - (b[axis] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const countRow = z.object({ sheet: z.string(), state: z.enum(cellStates), count: z.int() });

/** How the cells of these sheets stand, by sheet. */
export async function countCellsOf(
  queries: Queries,
  ids: readonly string[],
): Promise<Map<string, CellCounts>> {
  const rows = await readRows(
    queries,
    sql`select c.sheet, ${cellState} as state, count(*)::int as count from ${cellsWithRequests}
      where c.sheet = any(${textArray(ids)}::text[]) group by 1, 2`,
    countRow,
  );
  const counts = new Map(ids.map((id) => [id, countCells([])]));
  for (const { sheet, state, count } of rows)
    counts.set(sheet, { ...(counts.get(sheet) ?? countCells([])), [state]: count });
  return counts;
}

/** The sheets that show what these requests render, with the keys that they are of. */
export async function sheetsOfJobs(
  queries: Queries,
  ids: readonly string[],
): Promise<Pick<Sheet, 'id' | 'keyId' | 'stopsOnError'>[]> {
  if (ids.length === 0) return [];
  return queries
    .selectDistinct({ id: sheets.id, keyId: sheets.keyId, stopsOnError: sheets.stopsOnError })
    .from(sheetCells)
    .innerJoin(sheets, eq(sheets.id, sheetCells.sheet))
    .where(inArray(sheetCells.job, [...ids]));
}

export async function insertSheet(
  transaction: Queries,
  sheet: Omit<Sheet, 'number' | 'revision'>,
  idempotency: { key: string; bodyHash: string } | null,
): Promise<void> {
  await transaction.insert(sheets).values({
    ...sheet,
    idempotencyKey: idempotency?.key ?? null,
    bodyHash: idempotency?.bodyHash ?? null,
  });
}

/** Throws SHEET_CHANGED when the sheet is not as it was read any more. */
export async function changeSheet(
  transaction: Queries,
  { id, revision }: Pick<Sheet, 'id' | 'revision'>,
  change: Pick<Sheet, 'request' | 'axes'>,
): Promise<void> {
  const changed = await transaction
    .update(sheets)
    .set({ request: change.request, axes: change.axes, revision: revision + 1 })
    .where(and(eq(sheets.id, id), eq(sheets.revision, revision)))
    .returning({ id: sheets.id });
  if (changed.length > 0) return;
  throw new DarkroomError(
    'SHEET_CONFLICT',
    'Somebody else changed the sheet at the same moment. Look at it, then ask again.',
    { details: { sheet: id } },
  );
}

/** New cells, and other requests for those that there are. */
export async function putCells(
  transaction: Queries,
  sheet: string,
  cells: readonly CellSource[],
): Promise<void> {
  if (cells.length === 0) return;
  await transaction
    .insert(sheetCells)
    .values(
      cells.map(({ place, job, index, recipeKey, reused }) => ({
        sheet,
        place: placeText(place),
        recipeKey,
        job,
        output: index,
        reused,
      })),
    )
    .onConflictDoUpdate({
      target: [sheetCells.sheet, sheetCells.place],
      set: {
        job: sql`excluded.job`,
        output: sql`excluded.output`,
        recipeKey: sql`excluded.recipe_key`,
        reused: sql`excluded.reused`,
      },
    });
}

export async function removeSheet(queries: Queries, id: string): Promise<void> {
  await queries.delete(sheets).where(eq(sheets.id, id));
}

/** Remove the sheets that were made before a moment and of which no request is kept any more. Returns how many. */
export async function removeEmptySheets(queries: Queries, before: Date): Promise<number> {
  const removed = await queries
    .delete(sheets)
    .where(
      and(
        lt(sheets.createdAt, before),
        sql`not exists (select from ${sheetCells} c join ${jobs} j on j.id = c.job where c.sheet = ${sheets.id})`,
      ),
    )
    .returning({ id: sheets.id });
  return removed.length;
}

/** Sheets that stop at an error and have one, while cells of them still wait. */
export async function sheetsToStop(queries: Queries): Promise<string[]> {
  const rows = await readRows(
    queries,
    sql`select s.id from ${sheets} s where s.stops_on_error
      and exists (select from ${sheetCells} c join ${jobs} j on j.id = c.job where c.sheet = s.id and j.state = 'queued')
      and exists (select from ${sheetCells} c join ${jobs} j on j.id = c.job where c.sheet = s.id and j.state = 'failed')`,
    z.object({ id: z.string() }),
  );
  return rows.map(({ id }) => id);
}
