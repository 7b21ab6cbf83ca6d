import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ObserveAttempt } from '../jobs/attempt-facts.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** What a worker needs, whatever kinds of work it does. */
export interface WorkerParts {
  jobs: Pick<Jobs, 'work' | 'states'>;
  config: Pick<Config, 'scratchFolder' | 'trainingsFolder' | 'KEEP_STATE_DAYS'>;
  clock: () => Date;
  observe: ObserveAttempt;
  log: Logger;
  /** Abort to stop: running jobs go back to the queue, with the outputs that they have. */
  signal: AbortSignal;
}
