/**
 * Which queue the next job is taken from. There is one queue for each pipeline, because loading another base model can
 * cost more than many renders:
 *
 *   1. higher priority first, whatever is loaded
 *   2. among those, a job that has waited longer than `switchAfterSeconds` comes first, the oldest before the others
 *   3. then jobs of a pipeline in memory, the most recently used one first
 *   4. then the oldest job of a pipeline that no neighbor has in memory, so that several devices keep different ones
 *   5. then the oldest job
 *
 * Rule 2 bounds what rule 3 can cost: a stream of jobs for the loaded model holds the others up no longer than that. Jobs of a
 * pipeline that an idle neighbor has in memory are left to it, within the same bound.
 */
export interface QueueHead {
  queue: string;
  priority: number;
  /** Order of acceptance; lower is older. */
  number: number;
  waitedSeconds: number;
}

/** Queues whose pipeline is in memory, most recently used last: of the device that asks, and of others of the same worker. */
export interface InMemory {
  here: readonly string[];
  idleNeighbors: readonly string[];
  busyNeighbors: readonly string[];
}

/** `heads`: the next job of each queue. */
export function chooseQueue<Head extends QueueHead>(
  heads: readonly Head[],
  { here, idleNeighbors, busyNeighbors }: InMemory,
  switchAfterSeconds: number,
): Head | null {
  const open = heads.filter(
    ({ queue, waitedSeconds }) =>
      here.includes(queue) || !idleNeighbors.includes(queue) || waitedSeconds > switchAfterSeconds,
  );
  const top = Math.max(...open.map((head) => head.priority));
  const urgent = open.filter((head) => head.priority === top).sort((a, b) => a.number - b.number);
  const oldest = urgent[0] ?? null;
  if (oldest === null || oldest.waitedSeconds > switchAfterSeconds) return oldest;
  for (const queue of here.toReversed()) {
    const loaded = urgent.find((head) => head.queue === queue);
    if (loaded !== undefined) return loaded;
  }
  return urgent.find(({ queue }) => !busyNeighbors.includes(queue)) ?? oldest;
}
