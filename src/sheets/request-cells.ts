/** From cells that are asked for to the requests that render them, in one transaction with what is written of the sheet. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Queries } from '../database/database.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { FileStore } from '../files/file-store.ts';
import { handOver } from '../inference/hand-over.ts';
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
import type { Sheet, SheetAxis } from './sheet.ts';
import type { CellSource } from './sheet-store.ts';

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

/** Cells to be rendered, and those of the sheet that are or will be, by how they are made. */
export interface MissingCells {
  cells: readonly CellOrder[];
  known: ReadonlyMap<string, Shown>;
}

export interface RequestParts extends CellDependencies {
  jobs: Pick<Jobs, 'acceptTogether' | 'outputs' | 'list'>;
  files: Pick<FileStore, 'put' | 'isShared'>;
  scratchFolder: string;
  rememberToken: (job: string, token: string) => Promise<void>;
}

/** Accept the requests together with what `write` writes of them. Throws CellsRefused, and what accepting throws. */
export function requestCells(
  missing: MissingCells,
  order: SheetOrder,
  context: CellContext,
  parts: RequestParts,
  write: (transaction: Queries, cells: readonly CellSource[]) => Promise<void>,
): Promise<void> {
  return withPlans(missing.cells, context, parts, async (planned) => {
    const { fresh, sources } = await choose(planned, missing, order, context, parts);
    for (const { job, named } of fresh) {
      if (context.hfToken !== null) await parts.rememberToken(job.id, context.hfToken);
      await handOver(named, parts.files);
    }
    const accepted = fresh.map(({ job }) => job);
    await parts.jobs.acceptTogether(accepted, (transaction) => write(transaction, sources));
  });
}

/** What that would cost. Nothing is stored. Throws CellsRefused. */
export function estimateCells(
  missing: MissingCells,
  order: SheetOrder,
  context: CellContext,
  parts: RequestParts,
): Promise<Costs> {
  return withPlans(missing.cells, context, parts, async (planned) => {
    const { fresh, sources } = await choose(planned, missing, order, context, parts);
    return costsOf({ sources, fresh: fresh.map(({ job }) => job) }, parts.jobs);
  });
}

async function withPlans<Result>(
  cells: readonly CellOrder[],
  context: CellContext,
  parts: RequestParts,
  use: (planned: PlannedCell[]) => Promise<Result>,
): Promise<Result> {
  const folder = path.join(parts.scratchFolder, parts.newId());
  try {
    return await use(await planCells(cells, context, folder, parts));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function choose(
  planned: readonly PlannedCell[],
  { known }: MissingCells,
  { reuses }: SheetOrder,
  { keyId }: CellContext,
  { jobs }: RequestParts,
): Promise<ChosenRequests> {
  const names = [...new Set(planned.map((cell) => cell.recipeKey))].filter((name) => !known.has(name));
  const made = reuses ? await jobs.outputs.findByRecipe(names, keyId) : new Map<string, OutputName>();
  const reused = [...made].map(([name, output]) => [name, { ...output, reused: true }] as const);
  return chooseRequests(planned, new Map([...known, ...reused]));
}
