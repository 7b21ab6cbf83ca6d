import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';
import { thisProcess } from './process-identity.ts';

let data = '';
let folder = '';
const lockFile = (): string => `${folder}.lock`;

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'darkroom-lock-'));
  folder = path.join(data, 'database');
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** A process that takes the lock and keeps it; resolves once it has it. */
async function holder(): Promise<ReturnType<typeof spawn>> {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.ts'))});
    await lockFolder(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

const ended = (child: ReturnType<typeof spawn>): Promise<unknown> =>
  new Promise((resolve) => child.once('exit', resolve));

test('a second process is refused with the pid of the first, and takes over once that was killed', async () => {
  const child = await holder();
  const exit = ended(child);
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${child.pid} on`);
  child.kill('SIGKILL');
  await exit;
  expect(existsSync(lockFile())).toBe(true);
  const lock = await lockFolder(folder);
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual(thisProcess());
  lock.release();
  expect(existsSync(lockFile())).toBe(false);
});

test('a process that was given the number of a dead holder is not mistaken for it', async () => {
  writeFileSync(lockFile(), JSON.stringify({ ...thisProcess(), processStart: '1' }));
  const lock = await lockFolder(folder);
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual(thisProcess());
  lock.release();
});

test('the same process cannot take it twice', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`);
  lock.release();
});

test('a file that is no lock is replaced', async () => {
  writeFileSync(lockFile(), '{"pid":');
  (await lockFolder(folder)).release();
  expect(existsSync(lockFile())).toBe(false);
});

test('a holder on another machine is believed as long as it touches the file', async () => {
  const other = JSON.stringify({ machine: 'other-host boot', pid: 7, processStart: '9' });
  writeFileSync(lockFile(), other);
  const touching = setInterval(() => utimesSync(lockFile(), new Date(), new Date()), 300);
  await expect(lockFolder(folder)).rejects.toThrow('process 7 on other-host');
  clearInterval(touching);
  expect(readFileSync(lockFile(), 'utf8')).toBe(other);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(lockFile(), longAgo, longAgo);
  (await lockFolder(folder)).release();
});

test('of many that find a dead holder only one gets the lock', async () => {
  writeFileSync(lockFile(), JSON.stringify({ ...thisProcess(), processStart: '1' }));
  const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(folder)));
  expect(attempts.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});
