import { OutOfTime } from '../engines/engine.ts';

/** Why an attempt was told to stop. The first reason counts: it decides what becomes of the job. */
export type StopReason =
  /** A client canceled it. */
  | 'canceled'
  /** The time limit of its kind passed. */
  | 'timeout'
  /** This process stops. */
  | 'stopping'
  /** Another process took the job over. */
  | 'lost'
  /** A finished prompt could not be stored. */
  | 'unsaved';

export interface AttemptStop {
  readonly signal: AbortSignal;
  readonly reason: StopReason | null;
  stop(reason: StopReason): void;
}

export function createAttemptStop(): AttemptStop {
  const controller = new AbortController();
  let first: StopReason | null = null;
  return {
    signal: controller.signal,
    get reason() {
      return first;
    },
    stop: (reason) => {
      first ??= reason;
      controller.abort(first === 'timeout' ? new OutOfTime() : undefined);
    },
  };
}
