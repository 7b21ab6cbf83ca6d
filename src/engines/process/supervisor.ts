/**
 * Keeps one engine process running.
 *
 *                 ┌──────────────── ready report ────────────────┐
 *   start ─▶ starting ──ended before it was ready──▶ waiting ─┐  ▼
 *               ▲                                      ▲      │ ready ──ended──▶ waiting
 *               └──────────── back-off is over ────────┼──────┘   │
 *                                                      └──────────┘
 *   any state ──stop──▶ stopped
 *
 * `launch` gives a process: a new one, or a spare that has its libraries imported already. `watched-process.ts` says when one has
 * to end. The back-off doubles from 0.2 s to 30 s and starts over after a process that worked: it ended a job, or ran for 30 s. One
 * that is replaced on purpose (a canceled job that did not stop) has its successor at once.
 *
 * Outside, `waiting` and the `starting` after it are `restarting`; they are `unavailable` when the process cannot start:
 * it said why (`fatal`, no interpreter), or three in a row ended before they were ready. It is started again all the same, since
 * what is missing may come: a set-up that is still running, a GPU that is given back.
 */
import type { Logger } from 'pino';
import type { ProcessEnd } from '../../python/child/process-end.ts';
import { orAborted } from '../../security/or-aborted.ts';
import type { Clock, EngineTiming } from '../engine-timing.ts';
import { type EngineProcess, endProcess } from './engine-process.ts';
import type { Command, Report } from './protocol.ts';
import { createRestartPolicy, type RestartPolicy } from './restart-policy.ts';
import {
  describe,
  readyProcess,
  refusal,
  type Supervised,
  type SupervisorState,
} from './supervisor-state.ts';
import { type Verdict, type WatchedProcess, watchProcess } from './watched-process.ts';

export interface SupervisorOptions {
  /**
   * Start a process, or take the spare one if `maySpare`: not for a device whose processes cannot start, which would use up one
   * spare after the other. Throws an Error fit to show when it cannot even try.
   */
  launch: (maySpare: boolean) => EngineProcess;
  hello: Command;
  clock: Clock;
  timing: EngineTiming;
  log: Logger;
  /** Whether a job runs: it may be silent for longer. */
  isBusy: () => boolean;
  /** Every report of the running process but `fatal`. */
  onReport: (report: Report) => void;
  /** A process has ended; the text says how, for people. */
  onEnded: (message: string) => void;
}

export interface Supervisor {
  state(): SupervisorState;
  /** The process when it is ready. Rejects with ENGINE_UNAVAILABLE or SHUTTING_DOWN, or with the reason of the signal. */
  whenReady(signal: AbortSignal): Promise<EngineProcess>;
  /** A job ended, so the process works. */
  hasWorked(): void;
  /** Kill the process and start another at once. */
  replace(reason: string): void;
  /** End the process for good. Resolves when it has ended, for everyone who asks. */
  stop(): Promise<void>;
}

/** What its functions share. */
interface Own extends Supervised {
  options: SupervisorOptions;
  policy: RestartPolicy;
  waiters: PromiseWithResolvers<EngineProcess>[];
}

/** Start the first process, and another whenever one has ended. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const policy = createRestartPolicy(options.timing);
  const own: Own = { options, policy, life: { kind: 'stopped' }, trouble: null, starts: 0, waiters: [] };
  let stopping: Promise<void> | null = null;
  start(own);
  return {
    state: () => describe(own),
    whenReady: (signal) => whenReady(own, signal),
    hasWorked: () => {
      if (own.life.kind === 'ready') own.life.hasWorked = true;
    },
    replace: (reason) => {
      if (own.life.kind !== 'starting' && own.life.kind !== 'ready') return;
      const text = `The engine process was replaced: ${reason}.`;
      own.life.watched.condemn({ reason: text, isHopeless: false, isReplaced: true });
    },
    stop: () => {
      stopping ??= end(own);
      return stopping;
    },
  };
}

function start(own: Own): void {
  own.starts += 1;
  const { launch, hello, log } = own.options;
  try {
    const watched = watch(own, launch(!own.policy.isUnavailable()));
    own.life = { kind: 'starting', watched };
    watched.process.send(hello);
  } catch (error) {
    log.error({ err: error }, 'The engine could not be started.');
    const delay = own.policy.afterDeparture({ wasReady: false, hasWorked: false, isHopeless: true });
    startAfter(own, delay, error instanceof Error ? error.message : String(error));
  }
}

function watch(own: Own, process: EngineProcess): WatchedProcess {
  const { clock, timing, isBusy, onReport } = own.options;
  const isStarting = (): boolean => own.life.kind === 'starting';
  return watchProcess(process, {
    clock,
    timing,
    isStarting,
    silenceLimit: () => (isStarting() || isBusy() ? timing.silenceAtWork : timing.silence),
    onReport: (report) => {
      if (report.type === 'ready') becomeReady(own, report);
      // A stopped engine still says how its last job ended.
      onReport(report);
    },
    onEnded: (message, verdict, processEnd) => {
      afterEnd(own, message, verdict, processEnd);
      own.options.onEnded(message);
    },
  });
}

function becomeReady(own: Own, { device, versions }: Extract<Report, { type: 'ready' }>): void {
  if (own.life.kind !== 'starting') return;
  const { watched } = own.life;
  const { clock, log } = own.options;
  own.life = { kind: 'ready', watched, since: clock.now(), hasWorked: false };
  own.trouble = null;
  own.policy.becameReady();
  log.info({ engine: watched.process.pid, device, versions }, 'The engine is ready.');
  answerWaiters(own);
}

function afterEnd(own: Own, message: string, verdict: Verdict | null, processEnd: ProcessEnd): void {
  const { life, policy } = own;
  if (life.kind !== 'starting' && life.kind !== 'ready') return;
  const { clock, timing, log } = own.options;
  log.error({ ...processEnd, lastLines: processEnd.lastLines.join('\n') }, message);
  const wasReady = life.kind === 'ready';
  const hasWorked =
    life.kind === 'ready' && (life.hasWorked || clock.now() - life.since >= timing.provenAfter);
  const isHopeless = verdict?.isHopeless ?? processEnd.startError !== null;
  const isReplaced = verdict?.isReplaced === true;
  startAfter(own, isReplaced ? 0 : policy.afterDeparture({ wasReady, hasWorked, isHopeless }), message);
}

function startAfter(own: Own, milliseconds: number, reason: string): void {
  own.trouble = reason;
  own.life = { kind: 'waiting', cancelStart: own.options.clock.after(milliseconds, () => start(own)) };
  if (own.policy.isUnavailable()) answerWaiters(own);
}

function whenReady(own: Own, signal: AbortSignal): Promise<EngineProcess> {
  const process = readyProcess(own);
  if (process !== null) return orAborted(Promise.resolve(process), signal);
  const refused = refusal(own);
  if (refused !== null) return Promise.reject(refused);
  const waiter = Promise.withResolvers<EngineProcess>();
  own.waiters.push(waiter);
  return orAborted(waiter.promise, signal);
}

/** Everyone who waits, one way or the other. */
function answerWaiters(own: Own): void {
  const { waiters } = own;
  own.waiters = [];
  const process = readyProcess(own);
  for (const waiter of waiters) {
    if (process === null) waiter.reject(refusal(own));
    else waiter.resolve(process);
  }
}

async function end(own: Own): Promise<void> {
  const { life } = own;
  const { clock, timing } = own.options;
  own.life = { kind: 'stopped' };
  own.trouble = 'The engine was stopped.';
  answerWaiters(own);
  if (life.kind === 'waiting') life.cancelStart();
  if (life.kind !== 'starting' && life.kind !== 'ready') return;
  life.watched.release();
  // A process that still imports its libraries does not read `shutdown` before it has.
  const listens = life.kind === 'ready';
  await endProcess(life.watched.process, { listens, graceMs: timing.stopGrace, clock });
}
