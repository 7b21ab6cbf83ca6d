import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `work` while no other set-up of this copy does: two pips in one venv break it. A dead owner's lock is taken over. */
export async function withSetUpLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (let waited = false; !take(file); waited = true) {
    if (!waited) console.error(`Another set-up is running (process ${owner(file)}); waiting for it…`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    if (!isAlive(owner(file))) rmSync(file, { force: true });
    return false;
  }
}

function owner(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return Number.NaN;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
