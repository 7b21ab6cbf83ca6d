/**
 * Contact sheets, for whoever asks for one in whatever dialect. A sheet and the requests that render it are written in one
 * transaction; from then on the requests go their own way, whatever becomes of this process, and the sheet is what is read of them.
 */
import type { Database } from '../database/database.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Costs } from './costs.ts';
import type { CellContext, CellOrder } from './plan-cells.ts';
import {
  estimateCells,
  type MissingCells,
  type RequestParts,
  requestCells,
  type SheetOrder,
} from './request-cells.ts';
import { type CellCounts, countCells, hasEnded, placeText, type Sheet, type SheetCell } from './sheet.ts';
import {
  changeSheet,
  countCellsOf,
  findReplay,
  findSheet,
  insertSheet,
  listSheets,
  putCells,
  readCells,
  removeEmptySheets,
  removeSheet,
  type SheetFilter,
  type SheetPage,
  sheetsOfJobs,
  sheetsToStop,
} from './sheet-store.ts';

export interface WholeSheet extends Sheet {
  cells: SheetCell[];
}

type Asker = Pick<CellContext, 'keyId' | 'seesAll'>;

export interface Sheets {
  /** The sheet of an idempotency key, or null. Throws IDEMPOTENCY_CONFLICT. */
  replay(keyId: string | null, idempotency: NewJob['idempotency']): Promise<WholeSheet | null>;
  /** What a sheet would cost. Nothing is stored. Throws CellsRefused. */
  estimate(order: SheetOrder, context: CellContext): Promise<Costs>;
  /** Throws CellsRefused, and what accepting a request throws. */
  create(order: SheetOrder, context: CellContext, idempotency: NewJob['idempotency']): Promise<WholeSheet>;
  /** Each of these throws SHEET_NOT_FOUND for one that the asker may not see. */
  get(asker: Asker, id: string): Promise<WholeSheet>;
  list(filter: SheetFilter): Promise<SheetPage>;
  counts(ids: readonly string[]): Promise<Map<string, CellCounts>>;
  /** Ids of the sheets that show these requests, of this key; absent: of all. */
  showing(jobs: readonly string[], keyId?: string | null): Promise<string[]>;
  /** Cells that are rendered stay; the others are canceled. */
  cancel(asker: Asker, id: string): Promise<WholeSheet>;
  /** Render what failed, was canceled or is gone. `order` is the sheet as it was asked for. */
  resume(id: string, order: SheetOrder, context: CellContext): Promise<WholeSheet>;
  /** Render the cells that the sheet has not. `order` is the whole sheet, with more values at the end of its axes. */
  extend(id: string, order: SheetOrder, context: CellContext): Promise<WholeSheet>;
  /** What extending it would cost. */
  estimateExtension(id: string, order: SheetOrder, context: CellContext): Promise<Costs>;
  /** The pictures stay. Throws SHEET_CONFLICT while cells are on their way. */
  remove(asker: Asker, id: string): Promise<void>;
  /** Cancel the rest of sheets that stop at an error and have one. */
  stopFailed(): Promise<void>;
  /** Remove sheets of which retention has left nothing. */
  sweep(before: Date): Promise<number>;
}

export interface SheetsParts extends RequestParts {
  database: Database;
  jobs: RequestParts['jobs'] & Pick<Jobs, 'cancel'>;
  clock: () => Date;
}

/** Ids are ours, so what cannot be one is not looked up: the database would choke on some of it. */
const possibleId = /^[\w-]{1,64}$/;

export function openSheets(parts: SheetsParts): Sheets {
  const { queries } = parts.database;
  const get = (asker: Asker, id: string): Promise<WholeSheet> => getSheet(asker, id, parts);
  return {
    replay: (keyId, idempotency) => replay(keyId, idempotency, parts),
    estimate: (order, context) => estimateCells(allOf(order), order, context, parts),
    create: (order, context, idempotency) => create(order, context, idempotency, parts),
    get,
    list: (filter) => listSheets(queries, filter),
    counts: (ids) => countCellsOf(queries, ids),
    showing: async (ids, keyId) =>
      (await sheetsOfJobs(queries, ids))
        .filter((sheet) => keyId === undefined || sheet.keyId === keyId)
        .map(({ id }) => id),
    cancel: async (asker, id) => {
      await cancelRest((await get(asker, id)).id, parts);
      return get(asker, id);
    },
    resume: (id, order, context) => fill(id, order, context, { again: true }, parts),
    extend: (id, order, context) => fill(id, order, context, { again: false }, parts),
    estimateExtension: async (id, order, context) => {
      const missing = missingOf(await get(context, id), order, { again: false });
      return estimateCells(missing, order, context, parts);
    },
    remove: async (asker, id) => {
      const { cells } = await get(asker, id);
      if (!hasEnded(countCells(cells))) throw unfinished(id);
      await removeSheet(queries, id);
    },
    stopFailed: async () => {
      for (const id of await sheetsToStop(queries)) await cancelRest(id, parts);
    },
    sweep: (before) => removeEmptySheets(queries, before),
  };
}

async function getSheet(
  asker: Asker,
  id: string,
  { database: { queries } }: SheetsParts,
): Promise<WholeSheet> {
  const sheet = possibleId.test(id) ? await findSheet(queries, id) : null;
  if (sheet === null || !(asker.seesAll || sheet.keyId === asker.keyId)) throw notFound(id);
  return { ...sheet, cells: await readCells(queries, id) };
}

async function replay(
  keyId: string | null,
  idempotency: NewJob['idempotency'],
  { database: { queries } }: SheetsParts,
): Promise<WholeSheet | null> {
  const found = idempotency === null ? null : await findReplay(queries, keyId, idempotency.key);
  if (found === null || idempotency === null) return null;
  if (found.bodyHash !== idempotency.bodyHash) throw usedKey(idempotency.key, found.sheet.id);
  return { ...found.sheet, cells: await readCells(queries, found.sheet.id) };
}

async function create(
  order: SheetOrder,
  context: CellContext,
  idempotency: NewJob['idempotency'],
  parts: SheetsParts,
): Promise<WholeSheet> {
  const id = parts.newId();
  const { keyId, dialect, project } = context;
  const { request, axes, layout, stopsOnError, cells } = order;
  const { model } = cells[0]?.request ?? {};
  if (model === undefined) throw new Error('A sheet has cells.');
  const sheet = { id, dialect, project, keyId, model, request, axes, layout, stopsOnError };
  try {
    await requestCells(allOf(order), order, context, parts, async (transaction, sources) => {
      const written = { ...sheet, warnings: [...order.warnings], createdAt: parts.clock() };
      await insertSheet(transaction, written, idempotency);
      await putCells(transaction, id, sources);
    });
  } catch (error) {
    // Two of one key at the same moment: the index has let in the other.
    const other = error instanceof DarkroomError ? null : await replay(keyId, idempotency, parts);
    if (other === null) throw error;
    return other;
  }
  return getSheet(context, id, parts);
}

async function fill(
  id: string,
  order: SheetOrder,
  context: CellContext,
  which: { again: boolean },
  parts: SheetsParts,
): Promise<WholeSheet> {
  const sheet = await getSheet(context, id, parts);
  const { request, axes } = order;
  const missing = missingOf(sheet, order, which);
  await requestCells(missing, order, context, parts, async (transaction, sources) => {
    await changeSheet(transaction, sheet, { request, axes });
    await putCells(transaction, id, sources);
  });
  return getSheet(context, id, parts);
}

const allOf = ({ cells }: SheetOrder): MissingCells => ({ cells, known: new Map() });

/** The cells that a sheet has not; with `again` those too of which nothing has come. */
function missingOf(sheet: WholeSheet, order: SheetOrder, { again }: { again: boolean }): MissingCells {
  const isGood = ({ state }: SheetCell): boolean => ['succeeded', 'queued', 'running'].includes(state);
  const standing = new Map(sheet.cells.map((cell) => [placeText(cell.place), cell]));
  const isMissing = ({ place }: CellOrder): boolean => {
    const cell = standing.get(placeText(place));
    return cell === undefined || (again && !isGood(cell));
  };
  const known = new Map(sheet.cells.filter(isGood).map((cell) => [cell.recipeKey, cell]));
  return { cells: order.cells.filter(isMissing), known };
}

/** Cancel what is on its way, the last first, so that nothing of it starts meanwhile. */
async function cancelRest(id: string, { database, jobs }: SheetsParts): Promise<void> {
  const cells = await readCells(database.queries, id);
  const rest = cells.filter(({ state, reused }) => !reused && (state === 'queued' || state === 'running'));
  for (const job of new Set(rest.map((cell) => cell.job).reverse())) await jobs.cancel(job);
}

function notFound(id: string): DarkroomError {
  return new DarkroomError(
    'SHEET_NOT_FOUND',
    `There is no contact sheet "${id.slice(0, 64)}" that this key may see. Check the id; sheets go when retention has removed all their pictures.`,
  );
}

const unfinished = (sheet: string): DarkroomError =>
  new DarkroomError(
    'SHEET_CONFLICT',
    'Cells of the sheet are still on their way. Cancel it first, or wait for its end.',
    { details: { sheet } },
  );

const usedKey = (key: string, sheet: string): DarkroomError =>
  new DarkroomError(
    'IDEMPOTENCY_CONFLICT',
    `The Idempotency-Key "${key}" was used for the sheet ${sheet} with another body. Send the same body to get that sheet again, or a new key for a new one.`,
    { details: { sheet } },
  );
