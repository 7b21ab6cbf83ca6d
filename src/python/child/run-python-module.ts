import { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { createRecentLines, readLines } from './child-output.ts';
import { describeEnd, whenEnded } from './process-end.ts';
import { type Spawn, spawnPython } from './spawn-python.ts';

export interface PythonRun {
  spawn: Spawn;
  python: string;
  module: string;
  folder: string;
  environment: Record<string, string | undefined>;
  /** Goes to stdin as one line of JSON: never to the command line, which every user of the machine can read. */
  input: unknown;
  /** Every line of stdout. */
  onLine: (line: string) => void;
  log: Logger;
  /** Abort to kill the process. */
  signal: AbortSignal;
}

const lineLimitBytes = 1024 * 1024;
const keptLines = 50;

/**
 * Run a Python module to its end in a process of its own, away from the device. Rejects with an Error that says how the
 * process ended when that was not well, and with the reason of the signal when it was aborted.
 */
export async function runPythonModule(run: PythonRun): Promise<void> {
  run.signal.throwIfAborted();
  const { child, kill } = spawnPython({ ...run, stdio: ['pipe', 'pipe', 'pipe'] });
  const recent = createRecentLines(keptLines);
  const printed = (line: string): void => {
    recent.add(line);
    run.log.debug({ module: run.module }, line);
  };
  readLines(child.stdout, { limit: lineLimitBytes, onLine: run.onLine });
  readLines(child.stderr, { limit: lineLimitBytes, onLine: printed });
  const onAbort = (): void => kill('SIGKILL');
  run.signal.addEventListener('abort', onAbort, { once: true });
  if (child.stdin instanceof Writable) {
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(run.input)}\n`);
  }
  const end = await whenEnded(child, recent.all);
  run.signal.removeEventListener('abort', onAbort);
  run.signal.throwIfAborted();
  if (end.code !== 0 || end.startError !== null) throw new Error(describeEnd(end));
}
