/**
 * Which queue the next job is taken from. There is one queue for each pipeline, because loading another base model can
 * cost more than many renders:
 *
 *   1. higher priority first, whatever is loaded
 *   2. among those, a job that has waited longer than MODEL_SWITCH_SECONDS comes first, the oldest before the others
 *   3. then jobs of a pipeline in memory, the most recently used one first
 *   4. then the oldest job of a pipeline that no neighbor has in memory, so that several devices keep different ones
 *   5. then the oldest job
 *
 * Rule 2 bounds what rule 3 can cost: a stream of jobs for the loaded model holds the others up no longer than that. Jobs of a
 * pipeline that an idle neighbor has in memory are left to it, within the same bound.
 *
 * It is SQL, so that the statement that chooses a job can take it as well: between choosing and taking, nothing comes in between.
 */
import { type SQL, sql } from 'drizzle-orm';
import { textArray } from '../database/text-array.ts';

/** Queues whose pipeline is in memory, most recently used last: of the device that asks, and of others of the same worker. */
export interface InMemory {
  here: readonly string[];
  idleNeighbors: readonly string[];
  busyNeighbors: readonly string[];
}

/**
 * Of rows with the `queue`, `priority` and `number` of the next job of each queue: which are open to this device, and their order.
 * The placeholders take `queueOrderValues`.
 */
export const queueOrder: { isOpen: SQL; order: SQL } = {
  isOpen: sql`(${isIn('here')} or not ${isIn('idleNeighbors')} or ${isOverdue()})`,
  order: sql`
    priority desc,
    ${isOverdue()} desc,
    case when not ${isOverdue()} then array_position(${sql.placeholder('here')}::text[], queue) end desc nulls last,
    not ${isOverdue()} and ${isIn('busyNeighbors')},
    number`,
};

/** `overdueUpTo`: jobs up to this number have waited longer than MODEL_SWITCH_SECONDS. */
export function queueOrderValues(
  { here, idleNeighbors, busyNeighbors }: InMemory,
  overdueUpTo: number,
): Record<keyof InMemory | 'overdueUpTo', string> {
  return {
    here: textArray(here),
    idleNeighbors: textArray(idleNeighbors),
    busyNeighbors: textArray(busyNeighbors),
    overdueUpTo: String(overdueUpTo),
  };
}

function isIn(queues: keyof InMemory): SQL {
  return sql`queue = any(${sql.placeholder(queues)}::text[])`;
}

function isOverdue(): SQL {
  return sql`number <= ${sql.placeholder('overdueUpTo')}::bigint`;
}
