/**
 * One process per data folder: PGlite does not notice a second one, and two would destroy the files.
 *
 * The lock is a small file that names its holder. It is made by linking a finished file into place, so it is never seen
 * half written, and it is judged by its holder:
 *   alive       the second process refuses to start and says who holds it
 *   dead        (pid gone, or the number given to a later process) taken over at once
 *   elsewhere   another host or container shares the folder: the holder touches the file every 2 s, so a file that nobody
 *               touched for 10 s is taken over, after waiting for that long when need be; a touch in between refuses
 *
 * Taking over moves the dead file aside under a name of its own and looks at what was moved: when two processes find the
 * same dead holder, only one moves it, and one that moved a living lock by mistake puts it back.
 */
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveness, type ProcessIdentity, processIdentitySchema, thisProcess } from './process-identity.ts';

const touchEveryMs = 2_000;
const untouchedMs = 10_000;

export interface FolderLock {
  release(): void;
}

/** Hold `<folder>.lock` until released or until the process ends in whatever way. Throws an Error that names the holder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = `${folder}.lock`;
  mkdirSync(path.dirname(file), { recursive: true });
  const mine = JSON.stringify(thisProcess());
  while (!linkInto(file, mine)) {
    const found = readLock(file);
    if (found !== null) await takeOver(file, folder, found);
  }
  return hold(file, mine);
}

/** False when there is a lock already. */
function linkInto(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o644 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return copyInto(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For file systems without hard links, such as exFAT. */
function copyInto(draft: string, file: string): boolean {
  try {
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function takeOver(file: string, folder: string, found: string): Promise<void> {
  const holder = parseHolder(found);
  if (holder !== null && (await isHeld(file, holder))) throw new Error(refusal(folder, file, holder));
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== found) linkSync(aside, file);
  rmSync(aside, { force: true });
}

async function isHeld(file: string, holder: ProcessIdentity): Promise<boolean> {
  const state = liveness(holder);
  if (state !== 'elsewhere') return state === 'alive';
  const touched = touchedAt(file);
  for (;;) {
    if (Date.now() - touched > untouchedMs) return false;
    await sleep(250);
    if (touchedAt(file) !== touched) return true;
  }
}

function hold(file: string, mine: string): FolderLock {
  const timer = setInterval(() => {
    const now = new Date();
    if (readLock(file) === mine) utimesSync(file, now, now);
  }, touchEveryMs);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (readLock(file) === mine) rmSync(file, { force: true });
    },
  };
}

function refusal(folder: string, file: string, holder: ProcessIdentity): string {
  return (
    `The data folder ${path.dirname(folder)} is in use by process ${holder.pid} on ${holder.machine.split(' ')[0]}. ` +
    'Stop that process, or give this one a data folder of its own with DARKROOM_DATA. ' +
    `(To let several processes share the work, use a Postgres server by DATABASE_URL. The lock is ${file}.)`
  );
}

/** Null for a file that no process of ours wrote whole: nobody holds it. */
function parseHolder(content: string): ProcessIdentity | null {
  try {
    return processIdentitySchema.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

function readLock(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function touchedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
