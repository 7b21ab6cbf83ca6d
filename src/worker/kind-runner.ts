import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Job, NewJob } from '../jobs/job.ts';
import type { Attempt } from './attempt.ts';

/** How one kind of work is done. A worker has one for each kind that it takes. */
export interface KindRunner<Task = unknown> {
  readonly limit: TimeLimit;
  /**
   * Fetch what the job needs. It is not timed, and may give the device to other jobs meanwhile (`attempt.turn.leave`). Resolves
   * with what to run, or with how the attempt has ended.
   */
  prepare(job: Job<Task>, attempt: Attempt): Promise<Prepared | Undone>;
}

/** By kind. */
export type KindRunners = Readonly<Record<string, KindRunner>>;

/** How long an attempt may run. */
export interface TimeLimit {
  seconds: number;
  /** The setting that says so. */
  setting: string;
  /** What a client may do about a request that took longer, as a clause: `Send fewer prompts`. */
  advice: string;
}

export interface Prepared {
  kind: 'prepared';
  /** Do the units that have no output yet, until the signal of the attempt aborts. What it throws fails the job. */
  run(): Promise<AttemptOutcome>;
  /** What was learned and is to be kept with the job; absent when nothing was. */
  learned?: Pick<NewJob, 'task' | 'needs'>;
}

/** How an attempt went, before anything is made of it. */
export type AttemptOutcome = { kind: 'done'; result: unknown } | Undone;

export type Undone =
  | { kind: 'failed'; error: ErrorBody }
  /** By its signal, or because the engine was stopped under it: then nobody asked for it, and it may be tried again. */
  | { kind: 'canceled' }
  /** What ran it died under it. It may be tried once more. */
  | { kind: 'crashed'; message: string }
  /** Something that its runner does not expect went wrong. */
  | { kind: 'broken'; error: unknown };
