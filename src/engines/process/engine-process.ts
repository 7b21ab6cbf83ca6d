/**
 * One engine process: commands go down on descriptor 3, reports come up on descriptor 4, stdout and stderr become log.
 * What it means when it says something or goes is for the supervisor.
 */
import { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import { parseReport } from './parse-report.ts';
import type { ProcessEnd } from './process-end.ts';
import { readLines } from './process-output.ts';
import type { Command, Report } from './protocol.ts';
import { createRecentLines } from './recent-lines.ts';
import { type Spawn, spawnPython } from './spawn-python.ts';
import { whenGone } from './when-gone.ts';

export interface EngineProcess {
  readonly pid: number | null;
  /** Nothing happens when the process is gone: `gone` says so. */
  send(command: Command): void;
  kill(signal: NodeJS.Signals): void;
  readonly gone: Promise<ProcessEnd>;
}

export interface EngineProcessOptions {
  spawn: Spawn;
  python: string;
  folder: string;
  environment: Record<string, string | undefined>;
  log: Logger;
  onReport: (report: Report) => void;
  onWrongProtocol: (protocol: number) => void;
}

const lineLimitBytes = 8 * 1024 * 1024;
const logLineLimitBytes = 64 * 1024;
const keptLines = 50;
const loggedBytes = 500;

/** Start a process. It says nothing before it has heard `hello`. */
export function startEngineProcess(options: EngineProcessOptions): EngineProcess {
  const { log } = options;
  const { child, kill } = spawnPython({
    ...options,
    module: 'darkroom_engine',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const recent = createRecentLines(keptLines);
  const onPrinted = (line: string): void => {
    recent.add(line);
    log.debug({ engine: child.pid }, line);
  };
  readLines(child.stdout, { limit: logLineLimitBytes, onLine: onPrinted });
  readLines(child.stderr, { limit: logLineLimitBytes, onLine: onPrinted });
  readLines(child.stdio[4], {
    limit: lineLimitBytes,
    onLine: (line) => receive(line, options),
    onTooLong: () => log.error(`A report over ${lineLimitBytes} bytes was skipped.`),
    // Without its pipe a living process can never be heard again.
    onEnd: () => kill('SIGKILL'),
  });
  const commands = child.stdio[3];
  if (commands instanceof Writable) commands.on('error', () => {});
  return {
    pid: child.pid ?? null,
    send(command) {
      if (commands instanceof Writable && commands.writable) commands.write(`${JSON.stringify(command)}\n`);
    },
    kill,
    gone: whenGone(child, systemClock, recent.all),
  };
}

function receive(line: string, { onReport, onWrongProtocol, log }: EngineProcessOptions): void {
  const parsed = parseReport(line);
  switch (parsed.kind) {
    case 'report':
      onReport(parsed.report);
      break;
    case 'wrong_protocol':
      onWrongProtocol(parsed.protocol);
      break;
    case 'invalid':
      log.error(
        { line: line.slice(0, loggedBytes) },
        `A line from the engine was not understood: ${parsed.problem}`,
      );
  }
}
