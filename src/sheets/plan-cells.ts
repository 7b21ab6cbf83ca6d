/** Cells become the jobs of requests, each as if its request had been sent alone. What many of them share is looked at once. */
import path from 'node:path';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { NamedFile } from '../inference/hand-over.ts';
import { type PlanDependencies, planRequest, type SubmitContext } from '../inference/submit.ts';
import type { NewJob } from '../jobs/job.ts';
import { hashFile } from '../loras/file/hash-file.ts';
import { recipeKey } from '../render/recipe-key.ts';
import type { RenderRequest } from '../render/request.ts';
import type { StoredRender } from '../render/stored-render.ts';
import type { Place } from './sheet.ts';

/** A cell that is asked for: a request with one prompt. */
export interface CellOrder {
  place: Place;
  request: RenderRequest;
  /** What is kept of its request, without secrets and pictures. */
  sent: unknown;
  warnings: readonly Sentence[];
}

export interface PlannedCell {
  place: Place;
  job: NewJob<StoredRender>;
  /** Files that the job needs and that lie on this machine. */
  named: NamedFile[];
  recipeKey: string;
}

export interface RefusedCell {
  place: Place;
  error: DarkroomError;
}

/** Cells that cannot be rendered. Nothing was stored. */
export class CellsRefused extends Error {
  override readonly name = 'CellsRefused';
  readonly cells: readonly RefusedCell[];

  constructor(cells: readonly RefusedCell[]) {
    super(`${cells.length} cells cannot be rendered.`);
    this.cells = cells;
  }
}

export type CellContext = Omit<SubmitContext, 'sent' | 'warnings' | 'idempotency'>;

export interface CellDependencies extends PlanDependencies {
  newId: () => string;
}

/** Pictures are received into `folder`. Throws CellsRefused with every cell that cannot be rendered. */
export async function planCells(
  orders: readonly CellOrder[],
  context: CellContext,
  folder: string,
  dependencies: CellDependencies,
): Promise<PlannedCell[]> {
  const sharing = lookingOnce(dependencies);
  const planned: PlannedCell[] = [];
  const refused: RefusedCell[] = [];
  for (const { place, request, sent, warnings } of orders) {
    try {
      const told = { ...context, sent, warnings, idempotency: null };
      const id = dependencies.newId();
      const { job, named } = await planRequest({ id, folder, asked: request, context: told }, sharing);
      const [call] = job.task.plan.calls;
      if (call === undefined) throw new Error('The request of a cell has one prompt.');
      planned.push({ place, job, named, recipeKey: recipeKey(job.task, call) });
    } catch (error) {
      if (!(error instanceof DarkroomError)) throw error;
      refused.push({ place, error });
    }
  }
  if (refused.length > 0) throw new CellsRefused(refused);
  return planned;
}

/** The same dependencies for the cells of one sheet, which look at each LoRA and each picture once. */
function lookingOnce(dependencies: CellDependencies): PlanDependencies {
  const { resolveLora, lookUpLoras, images } = dependencies;
  const resolve = once(resolveLora, (entry, requested, _token, registered) => [
    entry.id,
    requested,
    registered?.sha256,
  ]);
  const fetchBytes = once(images.fetchBytes, (url) => [url]);
  const pictures = new Map<string, ReturnType<typeof images.read>>();
  return {
    ...dependencies,
    resolveLora: resolve,
    lookUpLoras: once(lookUpLoras, (_who, loras) => [loras]),
    images: {
      ...images,
      fetchBytes,
      // The file is another one each time, and the picture in it may be the same.
      read: async (task) => {
        const { file, ...rest } = task;
        const key = JSON.stringify([await hashFile(file), path.resolve(rest.folder), rest]);
        const reading = pictures.get(key) ?? images.read(task);
        pictures.set(key, reading);
        return reading;
      },
    },
  };
}

/** A function that is called once for equal keys; what it threw it throws again. */
function once<Given extends readonly unknown[], Result>(
  call: (...given: Given) => Promise<Result>,
  keyOf: (...given: Given) => readonly unknown[],
): (...given: Given) => Promise<Result> {
  const known = new Map<string, Promise<Result>>();
  return (...given) => {
    const key = JSON.stringify(keyOf(...given));
    const result = known.get(key) ?? call(...given);
    known.set(key, result);
    return result;
  };
}
