/**
 * A watched engine process. It is over when it exits, closes its report pipe, reports `fatal`, speaks another protocol, or is silent
 * for too long. In all but the first case it is killed, so that no second process runs beside its successor.
 */
import { describeEnd, type ProcessEnd, withoutFolders } from '../../python/child/process-end.ts';
import { setUpCommand } from '../../python/python-environment.ts';
import type { Clock, EngineTiming } from '../engine-timing.ts';
import type { EngineProcess } from './engine-process.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Report } from './protocol.ts';

/** Why a process has to end, decided while it still runs. */
export interface Verdict {
  reason: string;
  /** It cannot start: another try will most likely end the same. */
  isHopeless: boolean;
  /** We replace it on purpose: the next one starts at once. */
  isReplaced: boolean;
}

export interface WatchedProcess {
  readonly process: EngineProcess;
  /** Kill it. The first reason counts. */
  condemn(verdict: Verdict): void;
  /** Why it is being killed; null as long as it may run. */
  verdict(): Verdict | null;
  /** Stop watching: another watcher takes it, or it is being stopped. */
  release(): void;
}

export interface WatchOptions {
  clock: Clock;
  timing: Pick<EngineTiming, 'pingEvery'>;
  /** How many milliseconds of silence are allowed right now. */
  silenceLimit: () => number;
  /** Whether it is still starting. A `fatal` then means that another process would fail in the same way. */
  isStarting: () => boolean;
  /** Every report but `fatal`. */
  onReport: (report: Report) => void;
  /** It has ended; `message` says how, for people. Also after `release`. */
  onEnded: (message: string, verdict: Verdict | null, end: ProcessEnd) => void;
}

export function watchProcess(process: EngineProcess, options: WatchOptions): WatchedProcess {
  let verdict: Verdict | null = null;
  const heartbeat = startHeartbeat({
    clock: options.clock,
    everyMs: options.timing.pingEvery,
    limit: options.silenceLimit,
    ping: (id) => process.send({ type: 'ping', id }),
    onSilent: (milliseconds) => condemn(silent(milliseconds)),
  });

  function condemn(next: Verdict): void {
    verdict ??= next;
    heartbeat.stop();
    process.kill('SIGKILL');
  }

  process.listen({
    onReport(report) {
      if (verdict !== null) return;
      heartbeat.heard();
      if (report.type === 'fatal') condemn(fatal(report.message, options.isStarting()));
      else options.onReport(report);
    },
    onWrongProtocol: (protocol) => condemn(outOfDate(protocol)),
  });
  process.ended.then((end) => {
    heartbeat.stop();
    options.onEnded(verdict?.reason ?? describeEnd(end), verdict, end);
  });
  return { process, condemn, verdict: () => verdict, release: heartbeat.stop };
}

const fatal = (message: string, isHopeless: boolean): Verdict => ({
  reason: `The engine cannot work: ${withoutFolders(message)}`,
  isHopeless,
  isReplaced: false,
});

const outOfDate = (protocol: number): Verdict => ({
  reason:
    `The Python side speaks protocol ${protocol}, this server another: one of them is out of date. ` +
    `Run \`${setUpCommand()}\` to reinstall the engine.`,
  isHopeless: true,
  isReplaced: false,
});

const silent = (milliseconds: number): Verdict => ({
  reason: `The engine process gave no sign of life for ${Math.round(milliseconds / 1000)} s and was killed.`,
  isHopeless: false,
  isReplaced: false,
});
