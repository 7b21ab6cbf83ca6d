import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Job, NewJob } from '../jobs/job.ts';
import type { Attempt } from './attempt.ts';

/** How one kind of work is done. A worker has one for each kind that it takes. */
export interface KindRunner<Task = unknown> {
  /** Null: it watches its time itself. */
  readonly limit: TimeLimit | null;
  /** Of its jobs a device has one at a time, also while that lets others have it. */
  readonly isAlone?: boolean;
  /**
   * Fetch what the job needs. It is not timed, and may give the device to other jobs meanwhile (`attempt.turn.leave`). Resolves
   * with what to run, or with how the attempt has ended.
   */
  prepare(job: Job<Task>, attempt: Attempt): Promise<Prepared | Undone>;
}

/** By kind. */
export type KindRunners = Readonly<Record<string, KindRunner>>;

/** The time limit of an attempt. */
export interface TimeLimit {
  seconds: number;
  /** The setting that it comes from. */
  setting: string;
  /** What a client may do about a request that took longer, as a clause: `Send fewer prompts`. */
  advice: string;
}

export interface Prepared {
  kind: 'prepared';
  /** Run the units that have no output yet, until the signal of the attempt aborts. An error that it throws fails the job. */
  run(): Promise<AttemptOutcome>;
  /** Facts to store with the job; absent when there are none. */
  learned?: Pick<NewJob, 'task' | 'needs'>;
}

/** How an attempt went, before the job is settled. */
export type AttemptOutcome = { kind: 'done'; result: unknown } | Undone;

export type Undone =
  | { kind: 'failed'; error: ErrorBody }
  /** Stopped by its signal, or because the engine was stopped during the attempt; then it may be tried again. */
  | { kind: 'canceled' }
  /** The process that ran it died. It may be tried once more. */
  | { kind: 'crashed'; message: string }
  /** It was asked to hold, and goes on when it is let. */
  | { kind: 'holding' }
  /** An error that the runner does not expect. */
  | { kind: 'broken'; error: unknown };
