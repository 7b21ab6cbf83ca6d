/**
 * One engine process: commands go down on descriptor 3, reports come up on descriptor 4, stdout and stderr become log.
 * Who watches it decides what its reports and its end mean.
 */
import { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { createRecentLines, readLines } from '../../python/child/child-output.ts';
import { type ProcessEnd, whenEnded } from '../../python/child/process-end.ts';
import { type Spawn, spawnPython } from '../../python/child/spawn-python.ts';
import type { Clock } from '../engine-timing.ts';
import { parseReport } from './parse-report.ts';
import type { Command, Report } from './protocol.ts';

export interface ProcessHooks {
  onReport: (report: Report) => void;
  onWrongProtocol: (protocol: number) => void;
}

export interface EngineProcess {
  readonly pid: number | null;
  /** Send its reports to these hooks from now on. Reports without hooks are dropped. */
  listen(hooks: ProcessHooks): void;
  /** Nothing happens when the process has ended: `ended` says so. */
  send(command: Command): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<ProcessEnd>;
}

export interface EngineProcessOptions {
  spawn: Spawn;
  python: string;
  folder: string;
  environment: Record<string, string | undefined>;
  log: Logger;
}

const lineLimitBytes = 8 * 1024 * 1024;
const logLineLimitBytes = 64 * 1024;
const keptLines = 50;
const loggedBytes = 500;

/** Start a process. It imports its libraries and then waits for `hello`, which names its device. */
export function startEngineProcess(options: EngineProcessOptions): EngineProcess {
  const { log } = options;
  const { child, kill } = spawnPython({
    ...options,
    module: 'darkroom_engine',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  let hooks: ProcessHooks | null = null;
  const recent = createRecentLines(keptLines);
  const onPrinted = (line: string): void => {
    recent.add(line);
    log.debug({ engine: child.pid }, line);
  };
  readLines(child.stdout, { limit: logLineLimitBytes, onLine: onPrinted });
  readLines(child.stderr, { limit: logLineLimitBytes, onLine: onPrinted });
  readLines(child.stdio[4], {
    limit: lineLimitBytes,
    onLine: (line) => receive(line, hooks, log),
    onTooLong: () => log.error(`A report over ${lineLimitBytes} bytes was skipped.`),
    // Without its pipe a living process can never be heard again.
    onEnd: () => kill('SIGKILL'),
  });
  const commands = child.stdio[3];
  if (commands instanceof Writable) commands.on('error', () => {});
  return {
    pid: child.pid ?? null,
    listen: (next) => {
      hooks = next;
    },
    send(command) {
      if (commands instanceof Writable && commands.writable) commands.write(`${JSON.stringify(command)}\n`);
    },
    kill,
    ended: whenEnded(child, recent.all),
  };
}

function receive(line: string, hooks: ProcessHooks | null, log: Logger): void {
  const parsed = parseReport(line);
  switch (parsed.kind) {
    case 'report':
      hooks?.onReport(parsed.report);
      break;
    case 'wrong_protocol':
      hooks?.onWrongProtocol(parsed.protocol);
      break;
    case 'invalid':
      log.error(
        { line: line.slice(0, loggedBytes) },
        `A line from the engine was not understood: ${parsed.problem}`,
      );
  }
}

/** SIGTERM, or `shutdown` for a process that `listens` for it; later SIGTERM, then SIGKILL. Resolves when it has ended. */
export async function endProcess(
  process: EngineProcess,
  { listens, graceMs, clock }: { listens: boolean; graceMs: number; clock: Clock },
): Promise<void> {
  if (listens) process.send({ type: 'shutdown' });
  else process.kill('SIGTERM');
  const cancelTerm = clock.after(graceMs, () => process.kill('SIGTERM'));
  const cancelKill = clock.after(2 * graceMs, () => process.kill('SIGKILL'));
  await process.ended;
  cancelTerm();
  cancelKill();
}
