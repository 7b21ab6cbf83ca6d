import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../clock.ts';
import type { ProcessEnd } from './process-end.ts';

/** Pipes of a dead process that something else still holds open are waited for no longer than this. */
const drainMs = 1000;

/** Resolves once, when the process is gone and everything it said was read. Never rejects. */
export function whenGone(child: ChildProcess, clock: Clock, lastLines: () => string[]): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let startError: string | null = null;
    const finish = (): void =>
      resolve({ code: child.exitCode, signal: child.signalCode, startError, lastLines: lastLines() });
    child.once('close', finish);
    child.once('exit', () => clock.after(drainMs, finish));
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      startError = error.message;
      finish();
    });
  });
}
