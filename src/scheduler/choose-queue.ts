/**
 * Which queue the next job is taken from. There is one queue for each pipeline, because loading another base model can
 * cost more than many renders:
 *
 *   1. higher priority first, whatever is loaded
 *   2. among those, a job that has waited longer than `switchAfterSeconds` comes first, the oldest before the others
 *   3. then jobs of a pipeline in memory, the most recently used one first
 *   4. then the oldest job
 *
 * Rule 2 bounds what rule 3 can cost: a stream of jobs for the loaded model holds the others up no longer than that.
 */
export interface QueueHead {
  queue: string;
  priority: number;
  /** Order of acceptance; lower is older. */
  number: number;
  waitedSeconds: number;
}

/** `heads`: the next job of each queue. `resident`: queues whose pipeline is in memory, most recently used last. */
export function chooseQueue<Head extends QueueHead>(
  heads: readonly Head[],
  resident: readonly string[],
  switchAfterSeconds: number,
): Head | null {
  const top = Math.max(...heads.map((head) => head.priority));
  const urgent = heads.filter((head) => head.priority === top).sort((a, b) => a.number - b.number);
  const oldest = urgent[0] ?? null;
  if (oldest === null || oldest.waitedSeconds > switchAfterSeconds) return oldest;
  for (const queue of resident.toReversed()) {
    const loaded = urgent.find((head) => head.queue === queue);
    if (loaded !== undefined) return loaded;
  }
  return oldest;
}
