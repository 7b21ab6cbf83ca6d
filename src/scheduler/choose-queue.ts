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
  pipelineKey: string;
  priority: number;
  /** Order of acceptance; lower is older. */
  number: number;
  waitedSeconds: number;
}

/** `heads`: the next job of each queue. `residentKeys`: pipelines in memory, most recently used last. */
export function chooseQueue(
  heads: readonly QueueHead[],
  residentKeys: readonly string[],
  switchAfterSeconds: number,
): QueueHead | null {
  const top = Math.max(...heads.map((head) => head.priority));
  const urgent = heads.filter((head) => head.priority === top).sort((a, b) => a.number - b.number);
  const oldest = urgent[0] ?? null;
  if (oldest === null || oldest.waitedSeconds > switchAfterSeconds) return oldest;
  for (const key of residentKeys.toReversed()) {
    const resident = urgent.find((head) => head.pipelineKey === key);
    if (resident !== undefined) return resident;
  }
  return oldest;
}
