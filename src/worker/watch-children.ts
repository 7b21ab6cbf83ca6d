import type { Jobs } from '../jobs/open-jobs.ts';
import type { Children } from '../replay/run-replay.ts';

/** Requests that jobs have made of their own, as those see them. */
export function watchChildren(
  jobs: Pick<Jobs, 'get' | 'events' | 'cancel'> & { outputs: Pick<Jobs['outputs'], 'find'> },
): Children {
  return {
    wait: async (id, onProgress, signal) => {
      for await (const event of jobs.events(id, 0, signal))
        if (event.type === 'progress') onProgress(event.progress);
      signal.throwIfAborted();
      const job = await jobs.get(id);
      if (job === null) throw new Error(`The request ${id} was removed before it was read.`);
      return job;
    },
    cancel: async (id) => void (await jobs.cancel(id)),
    recipe: async (id, index) => {
      const [record] = await jobs.outputs.find([{ job: id, index }]);
      return record?.recipe ?? null;
    },
  };
}
