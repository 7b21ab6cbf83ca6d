/**
 * A small file that names the process that holds it. It is linked into place when it is finished, so it is never seen half
 * written, and it is judged by its holder:
 *
 *   alive       whoever comes second is refused, and told who holds it
 *   dead        (pid gone, or the number given to a later process) replaced at once
 *   elsewhere   another host or container shares the folder: replaced when nobody has touched the file for 10 s, counted here
 *               from when it was first seen, because neither the clocks of two hosts nor one clock over time can be compared
 *
 * Only one process at a time replaces a dead holder: the one that holds `<file>.takeover`, a lock file like any other. It
 * looks again at what it is about to replace, so one that was held up after it had judged replaces nobody but the dead.
 */
import { randomUUID } from 'node:crypto';
import {
  constants,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveness, type ProcessIdentity, processIdentitySchema } from './process-identity.ts';

const untouchedMs = 10_000;
const lookEveryMs = 250;

/** Thrown when a living process has the file. */
export class LockHeld extends Error {
  readonly holder: ProcessIdentity;
  constructor(holder: ProcessIdentity) {
    super(`held by process ${holder.pid} on ${holder.machine.split(' ')[0]}`);
    this.holder = holder;
  }
}

/** Put `mine` into the file, whoever of the dead held it before. Throws LockHeld, and what the file system throws. */
export async function takeLockFile(file: string, mine: string): Promise<void> {
  while (!createLockFile(file, mine)) {
    const found = readLockFile(file);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && (await isHeld(file, found, holder))) throw new LockHeld(holder);
    if (await replace(file, found, mine)) return;
  }
}

/** False when there is one already. */
export function createLockFile(file: string, mine: string): boolean {
  const draft = writeDraft(file, mine);
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

/** What the file says; null when there is none. */
export function readLockFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null for a file that no process of ours wrote whole: nobody holds it. */
export function parseHolder(content: string): ProcessIdentity | null {
  try {
    return processIdentitySchema.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

/** A name of its own, because pids of two containers can be equal. */
function writeDraft(file: string, content: string): string {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  return draft;
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

/** False when the file is not what was found any more. */
async function replace(file: string, found: string, mine: string): Promise<boolean> {
  const gate = `${file}.takeover`;
  await takeLockFile(gate, mine);
  try {
    if (readLockFile(file) !== found) return false;
    renameSync(writeDraft(file, mine), file);
    return true;
  } finally {
    if (readLockFile(gate) === mine) rmSync(gate, { force: true });
  }
}

async function isHeld(file: string, found: string, holder: ProcessIdentity): Promise<boolean> {
  const state = liveness(holder);
  if (state !== 'elsewhere') return state === 'alive';
  const touched = touchedAt(file);
  const seen = performance.now();
  while (performance.now() - seen < untouchedMs) {
    await sleep(lookEveryMs);
    // Somebody else has it, or nobody: whoever asks looks again.
    if (readLockFile(file) !== found) return false;
    if (touchedAt(file) !== touched) return true;
  }
  return false;
}

const touchedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
