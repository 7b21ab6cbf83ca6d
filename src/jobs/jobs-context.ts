import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { Arrivals } from '../scheduler/arrivals.ts';
import type { JobKinds } from './job-kind.ts';
import type { JobSignals } from './job-signals.ts';
import type { KeptLine } from './queue/cached-positions.ts';
import type { OwnerWatch } from './recovery/owner-registry.ts';

export type JobsConfig = Pick<Config, 'MAX_QUEUE' | 'MODEL_SWITCH_SECONDS'> &
  Partial<Pick<Config, 'MAX_QUEUE_PER_KEY'>>;

/** What the functions of the jobs layer share. */
export interface JobsContext {
  kinds: JobKinds;
  database: Database;
  arrivals: Arrivals;
  owners: OwnerWatch;
  signals: JobSignals;
  line: KeptLine;
  config: JobsConfig;
  clock: () => Date;
  /** A clock that never jumps. What has to be in time or in order goes by it alone. */
  seconds: () => number;
  /** This process among those that run jobs. */
  owner: string;
  log: Logger;
}
