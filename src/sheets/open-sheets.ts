/**
 * Contact sheets, for whoever asks for one in whatever dialect. A sheet and the requests that render it are written in one
 * transaction; from then on the requests go their own way, whatever becomes of this process, and the sheet is what is read of them.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database, Queries } from '../database/database.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { FileStore } from '../files/file-store.ts';
import { handOver } from '../inference/hand-over.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { OutputName } from '../jobs/reading/list-outputs.ts';
import { type ChosenRequests, chooseRequests, type Shown } from './choose-requests.ts';
import { type Costs, costsOf } from './costs.ts';
import {
  type CellContext,
  type CellDependencies,
  type CellOrder,
  type PlannedCell,
  planCells,
} from './plan-cells.ts';
import { type CellCounts, hasEnded, placeText, type Sheet, type SheetAxis, type SheetCell } from './sheet.ts';
import {
  type CellSource,
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

/** A sheet that is asked for, as a dialect has read it. */
export interface SheetOrder {
  request: unknown;
  axes: SheetAxis[];
  layout: Sheet['layout'];
  cells: readonly CellOrder[];
  warnings: readonly Sentence[];
  /** Whether pictures that there are may be shown in place of new ones. */
  reuses: boolean;
  stopsOnError: boolean;
}

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

export interface SheetsParts extends CellDependencies {
  database: Database;
  jobs: Pick<Jobs, 'acceptTogether' | 'cancel' | 'outputs' | 'list'>;
  files: Pick<FileStore, 'put' | 'isShared'>;
  scratchFolder: string;
  rememberToken: (job: string, token: string) => Promise<void>;
  clock: () => Date;
}

/** Ids are ours, so what cannot be one is not looked up: the database would choke on some of it. */
const possibleId = /^[\w-]{1,64}$/;

export function openSheets(parts: SheetsParts): Sheets {
  const { database, jobs } = parts;
  const { queries } = database;

  async function get(asker: Asker, id: string): Promise<WholeSheet> {
    const sheet = possibleId.test(id) ? await findSheet(queries, id) : null;
    if (sheet === null || !(asker.seesAll || sheet.keyId === asker.keyId)) throw notFound(id);
    return { ...sheet, cells: await readCells(queries, id) };
  }

  async function replay(
    keyId: string | null,
    idempotency: NewJob['idempotency'],
  ): Promise<WholeSheet | null> {
    const found = idempotency === null ? null : await findReplay(queries, keyId, idempotency.key);
    if (found === null || idempotency === null) return null;
    if (found.bodyHash !== idempotency.bodyHash) throw usedKey(idempotency.key, found.sheet.id);
    return { ...found.sheet, cells: await readCells(queries, found.sheet.id) };
  }

  /** Cancel what is on its way, the last first, so that nothing of it starts meanwhile. */
  async function cancelRest(id: string): Promise<void> {
    const rest = (await readCells(queries, id)).filter(
      ({ state, reused }) => !reused && (state === 'queued' || state === 'running'),
    );
    for (const job of new Set(rest.map((cell) => cell.job).reverse())) await jobs.cancel(job);
  }

  async function missingOf(sheet: WholeSheet, order: SheetOrder, again: boolean): Promise<Missing> {
    const standing = new Map(sheet.cells.map((cell) => [placeText(cell.place), cell]));
    const isMissing = ({ place }: CellOrder): boolean => {
      const cell = standing.get(placeText(place));
      if (cell === undefined) return true;
      return again && !['succeeded', 'queued', 'running'].includes(cell.state);
    };
    const good = sheet.cells.filter(({ state }) => ['succeeded', 'queued', 'running'].includes(state));
    return {
      cells: order.cells.filter(isMissing),
      known: new Map(good.map((cell) => [cell.madeWith, cell])),
    };
  }

  async function fill(
    id: string,
    order: SheetOrder,
    context: CellContext,
    again: boolean,
  ): Promise<WholeSheet> {
    const sheet = await get(context, id);
    const missing = await missingOf(sheet, order, again);
    const { request, axes } = order;
    await store(missing, order, context, (transaction, cells) =>
      changeSheet(transaction, sheet, { request, axes }).then(() => putCells(transaction, id, cells)),
    );
    return get(context, id);
  }

  /** Plan cells, and write their requests together with what `write` writes of them. */
  async function store(
    { cells, known }: Missing,
    order: SheetOrder,
    context: CellContext,
    write: (transaction: Queries, cells: readonly CellSource[]) => Promise<void>,
  ): Promise<void> {
    await withPlans(cells, context, parts, async (planned) => {
      const { fresh, sources } = await choose(planned, known, order, context);
      for (const { job, named } of fresh) {
        if (context.hfToken !== null) await parts.rememberToken(job.id, context.hfToken);
        await handOver(named, parts.files);
      }
      const accepted = fresh.map(({ job }) => job);
      await jobs.acceptTogether(accepted, (transaction) => write(transaction, sources));
    });
  }

  async function choose(
    planned: readonly PlannedCell[],
    known: Missing['known'],
    { reuses }: SheetOrder,
    { keyId }: CellContext,
  ): Promise<ChosenRequests> {
    const names = [...new Set(planned.map((cell) => cell.madeWith))].filter((name) => !known.has(name));
    const made = reuses ? await jobs.outputs.findMade(names, keyId) : new Map<string, OutputName>();
    const reused = [...made].map(([name, output]) => [name, { ...output, reused: true }] as const);
    return chooseRequests(planned, new Map([...known, ...reused]));
  }

  async function estimate(
    { cells, known }: Missing,
    order: SheetOrder,
    context: CellContext,
  ): Promise<Costs> {
    return withPlans(cells, context, parts, async (planned) => {
      const { fresh, sources } = await choose(planned, known, order, context);
      return costsOf({ sources, fresh: fresh.map(({ job }) => job) }, jobs);
    });
  }

  return {
    replay,
    estimate: (order, context) => estimate({ cells: order.cells, known: new Map() }, order, context),
    create: async (order, context, idempotency) => {
      const id = parts.newId();
      const { keyId, dialect, project } = context;
      const [first] = order.cells;
      if (first === undefined) throw new Error('A sheet has cells.');
      const { request, axes, layout, stopsOnError } = order;
      const { model } = first.request;
      const asked = { id, dialect, project, keyId, model, request, axes, layout, stopsOnError };
      try {
        await store({ cells: order.cells, known: new Map() }, order, context, async (transaction, cells) => {
          const sheet = { ...asked, warnings: [...order.warnings], createdAt: parts.clock() };
          await insertSheet(transaction, sheet, idempotency);
          await putCells(transaction, id, cells);
        });
      } catch (error) {
        // Two of one key at the same moment: the index has let in the other.
        const other = error instanceof DarkroomError ? null : await replay(keyId, idempotency);
        if (other === null) throw error;
        return other;
      }
      return get(context, id);
    },
    get,
    list: (filter) => listSheets(queries, filter),
    counts: (ids) => countCellsOf(queries, ids),
    showing: async (ids, keyId) =>
      (await sheetsOfJobs(queries, ids))
        .filter((sheet) => keyId === undefined || sheet.keyId === keyId)
        .map(({ id }) => id),
    cancel: async (asker, id) => {
      await get(asker, id);
      await cancelRest(id);
      return get(asker, id);
    },
    resume: (id, order, context) => fill(id, order, context, true),
    extend: (id, order, context) => fill(id, order, context, false),
    estimateExtension: async (id, order, context) =>
      estimate(await missingOf(await get(context, id), order, false), order, context),
    remove: async (asker, id) => {
      await get(asker, id);
      const counts = (await countCellsOf(queries, [id])).get(id);
      if (counts !== undefined && !hasEnded(counts)) throw unfinished(id);
      await removeSheet(queries, id);
    },
    stopFailed: async () => {
      for (const id of await sheetsToStop(queries)) await cancelRest(id);
    },
    sweep: (before) => removeEmptySheets(queries, before),
  };
}

/** Cells to be rendered, and those of the sheet that are or will be, by how they are made. */
interface Missing {
  cells: readonly CellOrder[];
  known: ReadonlyMap<string, Shown>;
}

async function withPlans<Result>(
  cells: readonly CellOrder[],
  context: CellContext,
  parts: SheetsParts,
  use: (planned: PlannedCell[]) => Promise<Result>,
): Promise<Result> {
  const folder = path.join(parts.scratchFolder, parts.newId());
  try {
    return await use(await planCells(cells, context, folder, parts));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
