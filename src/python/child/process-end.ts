import type { ChildProcess } from 'node:child_process';

/** How a Python process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it did not start at all: no such file, not executable. */
  startError: string | null;
  /** The last lines that it printed, oldest first. */
  lastLines: string[];
}

const shownLines = 3;

/** A dead process's pipes that something else still holds open are waited for no longer than this. */
const drainMs = 1000;

/** Resolves once, when the process has ended and everything it printed has been read. Never rejects. */
export function whenEnded(child: ChildProcess, lastLines: () => string[]): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let startError: string | null = null;
    const finish = (): void =>
      resolve({ code: child.exitCode, signal: child.signalCode, startError, lastLines: lastLines() });
    child.once('close', finish);
    child.once('exit', () => setTimeout(finish, drainMs));
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      startError = error.message;
      finish();
    });
  });
}

/** One or two sentences for people: how it ended, what that often means, and the last words of the process. */
export function describeEnd(end: ProcessEnd): string {
  if (end.startError !== null) return `The Python process did not start: ${withoutFolders(end.startError)}.`;
  const words = end.lastLines.slice(-shownLines).map(withoutFolders).join(' | ');
  return `The engine process ${howItEnded(end)}.${words === '' ? '' : ` Its last words: ${words}`}`;
}

function howItEnded({ code, signal }: ProcessEnd): string {
  if (signal === 'SIGKILL')
    return 'was killed (SIGKILL); often that is the system out of memory: try a smaller size or another DTYPE';
  if (signal === 'SIGSEGV' || signal === 'SIGBUS' || signal === 'SIGILL')
    return `crashed in native code (${signal})`;
  if (signal !== null) return `was ended by ${signal}`;
  return code === 0 ? 'ended by itself' : `ended with exit code ${code}`;
}

/** A text that may be shown to clients: absolute paths are cut to their last part. */
export function withoutFolders(text: string): string {
  return text.replaceAll(/(?<![\w:/.])(?:[A-Za-z]:)?(?:[\\/][^\\/\s'":]+)+[\\/]([^\\/\s'":]+)/g, '$1');
}
