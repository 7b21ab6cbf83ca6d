/**
 * The one place that says what may become of a job. Pure: the database asks it before every change, and changes the row
 * only if that is still in the state that was asked about.
 *
 *   event    from      to
 *   claim    queued    running
 *   finish   running   succeeded     its runner is done
 *   fail     queued    failed        what it needs is gone
 *            running   failed        its runner says so, or the time limit of its kind has passed
 *   cancel   queued    canceled      at once
 *            running   running       marked: its runner is told to stop, and when it has, the worker says `stopped`
 *            held      canceled      at once
 *   stopped  running   canceled
 *   hold     queued    held          nobody takes it; of one that runs its runner hears in its own way, and releases it
 *   unhold   held      queued
 *   release  running   queued        its owner stops or died, or the engine crashed; an attempt too many fails it,
 *                                    and one that was to be canceled is canceled
 *                      held          it was asked to hold
 *
 * Everything else is refused; nothing leaves succeeded, failed or canceled. The same holds for every kind of work: what a job
 * does while it runs is not asked here.
 */
import { assertNever } from '../errors/assert-never.ts';
import { isTerminal, type JobState } from './job.ts';

export type JobMove =
  | { type: 'claim' }
  | { type: 'finish' }
  | { type: 'fail' }
  | { type: 'cancel' }
  | { type: 'stopped' }
  | { type: 'hold' }
  | { type: 'unhold' }
  | { type: 'release'; reason: ReleaseReason; past: PastAttempts };

/**
 * `engine-crashed`: the engine process died; `owner-died`: the process that held the job did; `stopping`: it stops in order;
 * `holding`: a client asked for it.
 */
export type ReleaseReason = 'stopping' | 'engine-crashed' | 'owner-died' | 'holding';

/** What is known of the attempts before this one. */
export interface PastAttempts {
  engineCrashes: number;
  ownerDeaths: number;
  cancelRequested: boolean;
}

/** A job that takes the engine with it twice would do it again. */
export const engineCrashLimit = 2;
/** Servers are killed for other reasons, so the job is suspected later. */
export const ownerDeathLimit = 5;

export type Verdict =
  | { kind: 'move'; to: JobState }
  /** Allowed, and the state stays. */
  | { kind: 'stay' }
  | { kind: 'refuse'; why: string };

export function nextState(state: JobState, move: JobMove): Verdict {
  if (isTerminal(state)) return { kind: 'refuse', why: `the job has ${state} already` };
  switch (move.type) {
    case 'claim':
      return state === 'queued'
        ? to('running')
        : refuse('another worker runs the job already, or it is held');
    case 'finish':
      return state === 'running' ? to('succeeded') : refuse('the job does not run');
    case 'fail':
      return to('failed');
    case 'cancel':
      return state === 'running' ? { kind: 'stay' } : to('canceled');
    case 'stopped':
      return state === 'running' ? to('canceled') : refuse('the job does not run');
    case 'hold':
      return state === 'queued' ? to('held') : refuse('the job does not wait');
    case 'unhold':
      return state === 'held' ? to('queued') : refuse('the job is not held');
    case 'release':
      return state === 'running' ? to(afterRelease(move.reason, move.past)) : refuse('the job does not run');
    default:
      return assertNever(move);
  }
}

function afterRelease(reason: ReleaseReason, past: PastAttempts): JobState {
  if (past.cancelRequested) return 'canceled';
  if (reason === 'engine-crashed' && past.engineCrashes + 1 >= engineCrashLimit) return 'failed';
  if (reason === 'owner-died' && past.ownerDeaths + 1 >= ownerDeathLimit) return 'failed';
  return reason === 'holding' ? 'held' : 'queued';
}

const to = (state: JobState): Verdict => ({ kind: 'move', to: state });
const refuse = (why: string): Verdict => ({ kind: 'refuse', why });
