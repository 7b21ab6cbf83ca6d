/**
 * An engine process on standby: its libraries are imported, but it has no device and no model yet. When an engine process ends, this
 * one takes over, so that the restart does not have to wait for the imports, which are most of it.
 *
 *   absent ──all quiet, memory enough──▶ importing ──imported report──▶ ready
 *      ▲                                     │                            │
 *      └───── taken, ended, memory short ────┴────────────────────────────┘
 *
 * All devices share one: it learns its device when it takes over. The next one starts only after nothing has been starting or loading
 * for a while, so that its imports do not compete with the model that is being loaded. A spare that dies is restarted with the same
 * back-off as an engine.
 */
import type { Logger } from 'pino';
import type { Clock, EngineTiming } from '../engine-timing.ts';
import { type EngineProcess, endProcess } from './engine-process.ts';
import { createRestartPolicy } from './restart-policy.ts';
import { type Verdict, type WatchedProcess, watchProcess } from './watched-process.ts';

export interface SpareStatus {
  /** `off`: SPARE_ENGINE says so. `absent`: none yet, and `reason` says why if it is not the delay. */
  state: 'off' | 'absent' | 'importing' | 'ready';
  reason: string | null;
}

export interface SpareProcess {
  /** The process, which is the caller's from now on; null when there is none. */
  take(): EngineProcess | null;
  status(): SpareStatus;
  stop(): Promise<void>;
}

export interface SpareOptions {
  /** `auto`: while the host has memory to spare. */
  mode: 'auto' | 'on';
  launch: () => EngineProcess;
  /** Whether no engine is starting or loading a model. */
  isQuiet: () => boolean;
  /** Free memory of the host. */
  freeBytes: () => number;
  clock: Clock;
  timing: EngineTiming;
  log: Logger;
}

/** SPARE_ENGINE=off. */
export const noSpare: SpareProcess = {
  take: () => null,
  status: () => ({ state: 'off', reason: null }),
  stop: async () => {},
};

/** A spare takes about half a GiB; with this much free it takes nothing from a model. */
const startBytes = 4 * 2 ** 30;
/** Below this it is ended. The gap between the two keeps it from starting and ending again and again. */
const keepBytes = 2 ** 30;

interface Standing {
  watched: WatchedProcess;
  /** When its libraries were imported. */
  since: number | null;
}

/** What its functions share. */
interface Own {
  options: SpareOptions;
  standing: Standing | null;
  /** When everything became quiet; null while something starts or loads. */
  quietSince: number | null;
  /** The back-off of one that ended. */
  notBefore: number;
  reason: string | null;
  policy: ReturnType<typeof createRestartPolicy>;
  cancelLook: () => void;
}

/** Check at intervals whether to start one. */
export function createSpareProcess(options: SpareOptions): SpareProcess {
  const own: Own = {
    options,
    standing: null,
    quietSince: null,
    notBefore: 0,
    reason: null,
    cancelLook: () => {},
    policy: createRestartPolicy(options.timing),
  };
  lookLater(own);
  return {
    take: () => take(own),
    status: () => ({ state: stateOf(own.standing), reason: own.standing === null ? own.reason : null }),
    stop: () => stop(own),
  };
}

function lookLater(own: Own): void {
  const { clock, timing } = own.options;
  own.cancelLook = clock.after(timing.spareLookEvery, () => {
    look(own);
    lookLater(own);
  });
}

function look(own: Own): void {
  const { options, standing } = own;
  const now = options.clock.now();
  own.quietSince = options.isQuiet() ? (own.quietSince ?? now) : null;
  if (standing !== null) {
    if (isShort(own, keepBytes)) giveUp(own, standing);
    return;
  }
  if (own.quietSince === null || now - own.quietSince < options.timing.spareDelay) return;
  if (now >= own.notBefore && !isShort(own, startBytes)) start(own);
}

function isShort(own: Own, least: number): boolean {
  if (own.options.mode === 'on') return false;
  const free = own.options.freeBytes();
  if (free >= least) return false;
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  own.reason = `The host has ${gib(free)} of memory left, and a spare engine wants ${gib(startBytes)}; SPARE_ENGINE=on starts it all the same.`;
  return true;
}

function start(own: Own): void {
  const { clock, timing, log, launch } = own.options;
  own.reason = null;
  try {
    const next: Standing = {
      since: null,
      watched: watchProcess(launch(), {
        clock,
        timing,
        isStarting: () => next.since === null,
        silenceLimit: () => (next.since === null ? timing.silenceAtWork : timing.silence),
        onReport: (report) => {
          if (report.type !== 'imported') return;
          next.since = clock.now();
          own.policy.becameReady();
          log.info({ engine: next.watched.process.pid }, 'A spare engine process stands by.');
        },
        onEnded: (message, verdict) => afterEnd(own, next, message, verdict),
      }),
    };
    own.standing = next;
  } catch (error) {
    backOff(own, error instanceof Error ? error.message : String(error), false, false);
  }
}

function afterEnd(own: Own, ended: Standing, message: string, verdict: Verdict | null): void {
  // One that was taken or given up is no longer ours.
  if (own.standing !== ended) return;
  own.standing = null;
  const { clock, timing } = own.options;
  const hasWorked = ended.since !== null && clock.now() - ended.since >= timing.provenAfter;
  own.options.log.warn(`The spare ended. ${message}`);
  backOff(own, verdict?.reason ?? message, ended.since !== null, hasWorked);
}

function backOff(own: Own, reason: string, wasReady: boolean, hasWorked: boolean): void {
  own.reason = reason;
  const delay = own.policy.afterDeparture({ wasReady, hasWorked, isHopeless: false });
  own.notBefore = own.options.clock.now() + delay;
}

function take(own: Own): EngineProcess | null {
  const { standing } = own;
  if (standing === null || standing.watched.verdict() !== null) return null;
  const { process } = standing.watched;
  standing.watched.release();
  own.standing = null;
  own.quietSince = null;
  own.options.log.info({ engine: process.pid }, 'The spare engine process takes over.');
  return process;
}

function giveUp(own: Own, { watched, since }: Standing): Promise<void> {
  const { clock, timing } = own.options;
  watched.release();
  own.standing = null;
  return endProcess(watched.process, { listens: since !== null, graceMs: timing.stopGrace, clock });
}

async function stop(own: Own): Promise<void> {
  own.cancelLook();
  if (own.standing !== null) await giveUp(own, own.standing);
}

function stateOf(standing: Standing | null): SpareStatus['state'] {
  if (standing === null) return 'absent';
  return standing.since === null ? 'importing' : 'ready';
}
