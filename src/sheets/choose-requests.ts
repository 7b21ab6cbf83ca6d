/** Which request each cell is shown from: one that there is, or a new one, once for equal pictures. */
import type { NewJob } from '../jobs/job.ts';
import type { StoredRender } from '../render/stored-render.ts';
import type { PlannedCell } from './plan-cells.ts';
import type { SheetCell } from './sheet.ts';
import type { CellSource } from './sheet-store.ts';

/** A picture that there is, or that will be. */
export type Shown = Pick<SheetCell, 'job' | 'index' | 'reused'>;

export interface ChosenRequests {
  /** One for each picture that has to be rendered, those with the same LoRAs one after the other. */
  fresh: PlannedCell[];
  /** For each planned cell, in their order. */
  sources: CellSource[];
}

/** `shown`: pictures by how they are made. */
export function chooseRequests(
  planned: readonly PlannedCell[],
  shown: ReadonlyMap<string, Shown>,
): ChosenRequests {
  const firsts = new Map(planned.toReversed().map((cell) => [cell.recipeKey, cell]));
  const fresh = planned.filter((cell) => !shown.has(cell.recipeKey) && firsts.get(cell.recipeKey) === cell);
  const sources = planned.map(({ place, recipeKey, job }): CellSource => {
    const first = firsts.get(recipeKey)?.job ?? job;
    return { place, recipeKey, ...(shown.get(recipeKey) ?? { job: first.id, index: 0, reused: false }) };
  });
  return { fresh: [...Map.groupBy(fresh, (cell) => stackOf(cell.job)).values()].flat(), sources };
}

/** Equal for jobs that find the LoRAs which they need merged already. */
export function stackOf({ queue, task }: Pick<NewJob<StoredRender>, 'queue' | 'task'>): string {
  return JSON.stringify([queue, mergedLoras(task)]);
}

/** What is merged for a render of one picture: empty for the base model. */
export function mergedLoras({ plan }: Pick<StoredRender, 'plan'>): readonly unknown[] {
  const [call] = plan.calls;
  return plan.adapters.flatMap(({ sha256, name, component, scale }, index) => {
    const used = call?.scales?.[index] ?? scale;
    return used === 0 ? [] : [[sha256 ?? name, component, used]];
  });
}
