/**
 * Keeps one engine process alive.
 *
 *                 ┌──────────────── ready report ───────────────┐
 *   start ─▶ starting ──gone before it was ready──▶ waiting ─┐  ▼
 *               ▲                                      ▲     │ ready ──gone──▶ waiting
 *               └──────────── back-off is over ────────┼─────┘   │
 *                                                      └─────────┘
 *   any state ──stop──▶ stopped
 *
 * A process is gone when it exits, when its report pipe closes, when it says `fatal`, when it speaks another protocol, or
 * when it is silent for too long; in all but the first case it is killed, so that there is never a second one beside it.
 * The back-off doubles from 0.2 s to 30 s and starts anew after a process that proved itself: it ended a job, or lived
 * 30 s. A process that we replace on purpose (a canceled job that did not stop) is replaced at once.
 *
 * Outside, `waiting` and the `starting` after it are `restarting`; they are `unavailable` when the process cannot start:
 * it said why (`fatal`, no interpreter), or three in a row died before they were ready. Starts go on all the same, since
 * what is missing may come: a set-up that is still running, a GPU that is given back.
 */
import type { Logger } from 'pino';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { setUpCommand } from '../../python/python-environment.ts';
import { orAborted } from '../../security/or-aborted.ts';
import type { Clock } from '../clock.ts';
import type { EngineTiming } from '../engine-timing.ts';
import { endProcess } from './end-process.ts';
import type { EngineProcess } from './engine-process.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { describeEnd, type ProcessEnd, withoutFolders } from './process-end.ts';
import type { Command, Report } from './protocol.ts';
import { createRestartPolicy, type Departure, type RestartPolicy } from './restart-policy.ts';

type Ready = Extract<Report, { type: 'ready' }>;

type Life =
  | { kind: 'starting'; process: EngineProcess; heartbeat: Heartbeat }
  | { kind: 'ready'; process: EngineProcess; heartbeat: Heartbeat; since: number; proven: boolean }
  | { kind: 'waiting'; callOff: () => void }
  | { kind: 'stopped' };

/** Why a process had to go, decided while it still lived. */
interface Verdict {
  reason: string;
  /** It cannot start: another try will most likely end the same. */
  hopeless: boolean;
  /** We replace it on purpose: no back-off. */
  replace: boolean;
}

export interface ProcessHooks {
  onReport: (report: Report) => void;
  onWrongProtocol: (protocol: number) => void;
}

export interface SupervisorOptions {
  /** Start a process. Throws an Error fit to show when it cannot even try. */
  launch: (hooks: ProcessHooks) => EngineProcess;
  hello: Command;
  clock: Clock;
  timing: EngineTiming;
  log: Logger;
  /** Whether a job runs: it may be silent for longer. */
  isBusy: () => boolean;
  /** Every report of the living process but `fatal`. */
  onReport: (report: Report) => void;
  /** A process is gone; the text says how, for people. */
  onGone: (message: string) => void;
}

export interface SupervisorState {
  state: 'starting' | 'ready' | 'restarting' | 'unavailable' | 'stopped';
  reason: string | null;
  pid: number | null;
  restarts: number;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #policy: RestartPolicy;
  #life: Life = { kind: 'stopped' };
  #verdict: Verdict | null = null;
  /** Why the last process went; null once one is ready. */
  #trouble: string | null = null;
  #starts = 0;
  #ended: Promise<void> | null = null;
  #waiters: PromiseWithResolvers<EngineProcess>[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#policy = createRestartPolicy(options.timing);
  }

  start(): void {
    this.#starts += 1;
    const { launch, log } = this.#options;
    let process: EngineProcess | null = null;
    try {
      process = launch({
        onReport: (report) => this.#hear(report),
        onWrongProtocol: (protocol) => this.#onWrongProtocol(protocol),
      });
    } catch (error) {
      log.error({ err: error }, 'The engine could not be started.');
      const reason = error instanceof Error ? error.message : String(error);
      this.#restart(reason, { wasReady: false, wasInOrder: false, isHopeless: true });
      return;
    }
    this.#life = { kind: 'starting', process, heartbeat: this.#heartbeat(process) };
    process.gone.then((end) => this.#onGone(end));
    process.send(this.#options.hello);
  }

  state(): SupervisorState {
    const life = this.#life;
    const process = life.kind === 'starting' || life.kind === 'ready' ? life.process : null;
    return {
      state: this.#stateName(),
      reason: this.#reason(),
      pid: process?.pid ?? null,
      restarts: Math.max(0, this.#starts - 1),
    };
  }

  #reason(): string | null {
    if (this.#life.kind === 'starting') return this.#trouble ?? 'The engine is starting.';
    return this.#verdict?.reason ?? this.#trouble;
  }

  #stateName(): SupervisorState['state'] {
    if (this.#life.kind === 'stopped') return 'stopped';
    if (this.#life.kind === 'ready') return this.#verdict === null ? 'ready' : 'restarting';
    if (this.#policy.isUnavailable()) return 'unavailable';
    return this.#starts > 1 || this.#life.kind === 'waiting' ? 'restarting' : 'starting';
  }

  /** The process when it is ready. Rejects with ENGINE_UNAVAILABLE or SHUTTING_DOWN, or with the reason of the signal. */
  whenReady(signal: AbortSignal): Promise<EngineProcess> {
    // A condemned process is as good as gone: what is sent to it is lost.
    if (this.#life.kind === 'ready' && this.#verdict === null) {
      return orAborted(Promise.resolve(this.#life.process), signal);
    }
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.reject(refusal);
    const waiter = Promise.withResolvers<EngineProcess>();
    this.#waiters.push(waiter);
    return orAborted(waiter.promise, signal);
  }

  #refusal(): DarkroomError | null {
    if (this.#life.kind === 'stopped') return new DarkroomError('SHUTTING_DOWN', 'The engine was stopped.');
    if (!this.#policy.isUnavailable()) return null;
    return new DarkroomError('ENGINE_UNAVAILABLE', this.#trouble ?? 'The engine cannot start.');
  }

  /** A job ended, so the process is in order. */
  prove(): void {
    if (this.#life.kind === 'ready') this.#life.proven = true;
  }

  /** Kill the process and start another at once. */
  replace(reason: string): void {
    this.#condemn({ reason: `The engine process was replaced: ${reason}.`, hopeless: false, replace: true });
  }

  /** End the process, now and for good. Resolves when it is gone, for everyone who asks. */
  stop(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const life = this.#life;
    this.#life = { kind: 'stopped' };
    this.#verdict = null;
    this.#trouble = 'The engine was stopped.';
    this.#settleWaiters();
    if (life.kind === 'waiting') life.callOff();
    if (life.kind !== 'starting' && life.kind !== 'ready') return;
    life.heartbeat.stop();
    const { clock, timing } = this.#options;
    await endProcess(life.process, { hears: life.kind === 'ready', graceMs: timing.stopGrace, clock });
  }

  #heartbeat(process: EngineProcess): Heartbeat {
    const { clock, timing, isBusy } = this.#options;
    return startHeartbeat({
      clock,
      everyMs: timing.pingEvery,
      limit: () => (this.#life.kind === 'starting' || isBusy() ? timing.silenceAtWork : timing.silence),
      ping: (id) => process.send({ type: 'ping', id }),
      onSilent: (milliseconds) =>
        this.#condemn({
          reason: `The engine process gave no sign of life for ${Math.round(milliseconds / 1000)} s and was killed.`,
          hopeless: false,
          replace: false,
        }),
    });
  }

  #condemn(verdict: Verdict): void {
    const life = this.#life;
    if (life.kind !== 'starting' && life.kind !== 'ready') return;
    this.#verdict ??= verdict;
    life.heartbeat.stop();
    life.process.kill('SIGKILL');
  }

  #onWrongProtocol(protocol: number): void {
    const reason =
      `The Python side speaks protocol ${protocol}, this server another: one of them is out of date. ` +
      `Run \`${setUpCommand()}\` to reinstall the engine.`;
    this.#condemn({ reason, hopeless: true, replace: false });
  }

  #hear(report: Report): void {
    const life = this.#life;
    if (this.#verdict !== null) return;
    if (life.kind === 'starting' || life.kind === 'ready') life.heartbeat.heard();
    if (report.type === 'fatal') {
      const reason = `The engine cannot work: ${withoutFolders(report.message)}`;
      this.#condemn({ reason, hopeless: life.kind === 'starting', replace: false });
      return;
    }
    if (report.type === 'ready' && life.kind === 'starting') this.#becomeReady(life, report);
    // A stopped engine still says how its last job ended.
    this.#options.onReport(report);
  }

  #becomeReady({ process, heartbeat }: Extract<Life, { kind: 'starting' }>, report: Ready): void {
    const { clock, log } = this.#options;
    this.#life = { kind: 'ready', process, heartbeat, since: clock.now(), proven: false };
    this.#trouble = null;
    this.#policy.becameReady();
    log.info({ pid: process.pid, device: report.device, versions: report.versions }, 'The engine is ready.');
    this.#settleWaiters();
  }

  #onGone(end: ProcessEnd): void {
    const life = this.#life;
    const { clock, timing, log, onGone } = this.#options;
    const message = this.#verdict?.reason ?? describeEnd(end);
    if (life.kind !== 'starting' && life.kind !== 'ready') {
      onGone(message);
      return;
    }
    life.heartbeat.stop();
    log.error({ ...end, lastLines: end.lastLines.join('\n') }, message);
    const wasReady = life.kind === 'ready';
    const wasInOrder = wasReady && (life.proven || clock.now() - life.since >= timing.provenAfter);
    if (this.#verdict?.replace === true) this.#wait(message, 0);
    else {
      const isHopeless = this.#verdict?.hopeless ?? end.startError !== null;
      this.#restart(message, { wasReady, wasInOrder, isHopeless });
    }
    onGone(message);
  }

  #restart(reason: string, departure: Departure): void {
    this.#wait(reason, this.#policy.afterDeparture(departure));
  }

  #wait(reason: string, milliseconds: number): void {
    this.#trouble = reason;
    this.#verdict = null;
    this.#life = {
      kind: 'waiting',
      callOff: this.#options.clock.after(milliseconds, () => this.start()),
    };
    if (this.#policy.isUnavailable()) this.#settleWaiters();
  }

  /** Answer everyone who waits, one way or the other. */
  #settleWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (this.#life.kind === 'ready') waiter.resolve(this.#life.process);
      else waiter.reject(this.#refusal());
    }
  }
}
