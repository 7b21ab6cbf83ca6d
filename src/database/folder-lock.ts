/**
 * One process per data folder: PGlite does not notice a second one, and two would destroy the files.
 *
 * The holder touches `<folder>.lock` every 2 s, so that processes that cannot see it know that it lives. One that did not run
 * for 10 s (a paused container, a suspended machine, a file system that hangs) can lose the lock to another, and does not
 * know it when it wakes: it looks before everything that it writes, by `check`.
 */
import { mkdirSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { createLockFile, LockHeld, parseHolder, readLockFile, takeLockFile } from './lock-file.ts';
import { type ProcessIdentity, thisProcess } from './process-identity.ts';

const touchEveryMs = 2_000;
/** How long what was read last is believed: far less than the 10 s after which another process may take over. */
const believedMs = 100;

export interface FolderLock {
  /** Throws when the lock is another's, after `onLost` was called. Before every write; it costs nothing most of the time. */
  check(): void;
  release(): void;
}

export interface LockOptions {
  log: Pick<Logger, 'error' | 'info'>;
  /** The folder belongs to another process now: stop without writing. Called once. */
  onLost: (error: Error) => void;
}

/** Hold `<folder>.lock` until released or until the process ends in whatever way. Throws an Error that names the holder. */
export async function lockFolder(folder: string, options: LockOptions): Promise<FolderLock> {
  const file = `${folder}.lock`;
  const mine = JSON.stringify(thisProcess());
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    await takeLockFile(file, mine);
  } catch (error) {
    if (error instanceof LockHeld) throw new Error(refusal(folder, file, error.holder));
    throw new Error(
      `The data folder ${path.dirname(folder)} cannot be locked: ${messageOf(error)}. ` +
        'Make it writable for this process, or name another one with DARKROOM_DATA.',
      { cause: error },
    );
  }
  return hold(file, mine, options);
}

function hold(file: string, mine: string, { log, onLost }: LockOptions): FolderLock {
  let believedUntil = 0;
  let lost: Error | null = null;
  let isTold = false;

  function look(): void {
    if (lost === null && !isMine(file, mine)) {
      lost = new Error(lostMessage(file));
      clearInterval(timer);
      onLost(lost);
    }
    if (lost !== null) throw lost;
    believedUntil = performance.now() + believedMs;
  }

  function touch(): void {
    try {
      look();
      const now = new Date();
      utimesSync(file, now, now);
      if (isTold) log.info({ file }, 'the lock of the data folder can be touched again');
      isTold = false;
    } catch (error) {
      if (lost !== null || isTold) return;
      isTold = true;
      log.error(
        { file, error: messageOf(error) },
        'the lock of the data folder cannot be touched: a process of another machine or container that shares the folder would take it over; look at the file system',
      );
    }
  }

  const timer = setInterval(touch, touchEveryMs);
  timer.unref();
  return {
    check: () => {
      if (lost !== null || performance.now() >= believedUntil) look();
    },
    release: () => {
      clearInterval(timer);
      if (readLockFile(file) === mine) rmSync(file, { force: true });
    },
  };
}

/** A file that cannot be read says nothing; one that is gone was removed by somebody, and is made again. */
function isMine(file: string, mine: string): boolean {
  let content: string | null;
  try {
    content = readLockFile(file);
    if (content === null && createLockFile(file, mine)) return true;
  } catch {
    return true;
  }
  return content === mine;
}

function refusal(folder: string, file: string, holder: ProcessIdentity): string {
  return (
    `The data folder ${path.dirname(folder)} is in use by process ${holder.pid} on ${holder.machine.split(' ')[0]}. ` +
    'Stop that process, or give this one a data folder of its own with DARKROOM_DATA. ' +
    `(To let several processes share the work, use a Postgres server by DATABASE_URL. The lock is ${file}.)`
  );
}

function lostMessage(file: string): string {
  const holder = parseHolder(readLockFile(file) ?? '');
  const who =
    holder === null ? 'another process' : `process ${holder.pid} on ${holder.machine.split(' ')[0]}`;
  return (
    `The data folder ${path.dirname(file)} was taken over by ${who} while this process did not run for 10 s or more. ` +
    'It stops without writing anything more; what it had accepted is with the other one.'
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
