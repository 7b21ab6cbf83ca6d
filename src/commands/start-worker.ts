import type { Logger } from 'pino';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { createFrameEncoder } from '../artifacts/encode-frame.ts';
import type { SharedFiles } from '../artifacts/shared-files.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { ObserveAttempt } from '../jobs/attempt-facts.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { startRetention } from '../jobs/retention.ts';
import { runWorker } from '../jobs/run-worker.ts';

export interface WorkerOptions {
  jobs: Jobs;
  engine: Engine;
  artifacts: ArtifactStore;
  shared: SharedFiles | null;
  config: Config;
  clock: () => Date;
  observe: ObserveAttempt;
  log: Logger;
}

/** Starts to run jobs and to remove old ones. The result stops both, and resolves when the running job is back in the queue. */
export function startWorker(options: WorkerOptions): () => Promise<void> {
  const { config, log } = options;
  const stopped = new AbortController();
  const encode = createFrameEncoder({ config, log });
  const worker = runWorker({ ...options, encode, signal: stopped.signal });
  const retention = startRetention(options);
  return async () => {
    stopped.abort();
    await Promise.all([worker, retention.stop()]);
  };
}
