import { DarkroomError, toErrorBody } from '../errors/darkroom-error.ts';
import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { ReplayTask } from '../replay/replay-task.ts';
import { ReplayFailed, type ReplayParts, runReplay } from '../replay/run-replay.ts';
import type { Attempt } from './attempt.ts';
import type { KindRunner, Prepared, Undone } from './kind-runner.ts';

export interface ReplayRunnerParts {
  replays: ReplayParts;
  work: Pick<Jobs['work'], 'learn'>;
}

/** Makes pictures again. What takes long is a request of its own, which has its own limit. */
export function createReplayRunner(parts: ReplayRunnerParts): KindRunner<ReplayTask> {
  return { limit: null, prepare: (job, attempt) => replay(job, attempt, parts) };
}

async function replay(
  job: Job<ReplayTask>,
  attempt: Attempt,
  { replays, work }: ReplayRunnerParts,
): Promise<Prepared | Undone> {
  const { signal, stop, tell } = attempt;
  let { child } = job.task;
  try {
    const run = {
      id: job.id,
      signal,
      onChild: async (id: string) => {
        child = id;
        await work.learn(job.id, { task: { ...job.task, child }, needs: [] });
      },
      onProgress: (progress: Parameters<Parameters<ReplayParts['children']['wait']>[1]>[0]) =>
        tell({ type: 'progress', progress }),
    };
    const result = await runReplay(job.task, run, replays);
    return { kind: 'prepared', run: async () => ({ kind: 'done', result }) };
  } catch (error) {
    if (signal.aborted) {
      if (stop.reason === 'canceled' && child !== null) await replays.children.cancel(child);
      return { kind: 'canceled' };
    }
    if (error instanceof ReplayFailed) return { kind: 'failed', error: error.body };
    if (error instanceof DarkroomError) return { kind: 'failed', error: toErrorBody(error) };
    throw error;
  }
}
