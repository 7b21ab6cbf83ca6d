import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LockOptions, lockFolder as lockFolderWith } from './folder-lock.ts';
import { thisProcess } from './process-identity.ts';

let data = '';
let folder = '';
const lockFile = (): string => `${folder}.lock`;
const told: string[] = [];
const log: LockOptions['log'] = {
  error: (_: unknown, message?: string) => void told.push(`error: ${message}`),
  info: (_: unknown, message?: string) => void told.push(`info: ${message}`),
};
const lost: Error[] = [];
const lockFolder = (of = folder) => lockFolderWith(of, { log, onLost: (error) => lost.push(error) });

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'darkroom-lock-'));
  folder = path.join(data, 'database');
  told.length = 0;
  lost.length = 0;
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** A process that takes the lock and keeps it; resolves once it has it. */
async function holder(): Promise<ReturnType<typeof spawn>> {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.ts'))});
    await lockFolder(${JSON.stringify(folder)}, { log: console, onLost: () => {} });
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
});

test('one on another machine that does not touch it for 10 s is replaced, whatever the clocks say', async () => {
  writeFileSync(lockFile(), elsewhere);
  const ahead = new Date(Date.now() + 86_400_000);
  utimesSync(lockFile(), ahead, ahead);
  const began = performance.now();
  const lock = await lockFolder();
  expect(performance.now() - began).toBeGreaterThan(9_900);
  lock.release();
  const behind = new Date(Date.now() - 86_400_000);
  writeFileSync(lockFile(), elsewhere);
  utimesSync(lockFile(), behind, behind);
  const touching = setTimeout(() => utimesSync(lockFile(), new Date(0), new Date(0)), 1_000);
  await expect(lockFolder()).rejects.toThrow('process 7 on other-host');
  clearTimeout(touching);
}, 30_000);

const deadHere = (): string => JSON.stringify({ ...thisProcess(), processStart: '1' });
const elsewhere = JSON.stringify({ machine: 'other-host boot', pid: 7, processStart: '9' });

test('of many that find a dead holder only one gets the lock', async () => {
  writeFileSync(lockFile(), deadHere());
  const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder()));
  expect(attempts.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});

test.each(['renameSync', 'linkSync', 'readFileSync', 'rmSync'])(
  'three starters on a stale lock give one holder, the first being held up before each of its calls of %s',
  async (call) => {
    writeFileSync(lockFile(), deadHere());
    const starter = (holdUpMs: number): Promise<string> => startWith(call, holdUpMs);
    const slow = starter(400);
    await sleep(250);
    const second = starter(0);
    await sleep(500);
    const outcomes = await Promise.all([slow, second, starter(0)]);
    expect(
      outcomes.filter((one) => one === 'held'),
      outcomes.join(' | '),
    ).toHaveLength(1);
  },
  30_000,
);

/** A process that takes the lock, held up before its calls of a function of `fs`, and says after a while what it has. */
function startWith(call: string, holdUpMs: number): Promise<string> {
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const call = fs[${JSON.stringify(call)}];
    fs[${JSON.stringify(call)}] = (...given) => {
      if (String(given[0]).startsWith(${JSON.stringify(lockFile())}))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${holdUpMs});
      return call(...given);
    };
    syncBuiltinESMExports();
    const { lockFolder } = await import(${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.ts'))});
    let state = 'held';
    await lockFolder(${JSON.stringify(folder)}, { log: console, onLost: () => { state = 'lost'; } })
      .catch((error) => { state = error.message; });
    setTimeout(() => { console.log(state); process.exit(); }, 4000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => child.stdout?.once('data', (text) => resolve(String(text).trim())));
}

test('a holder whose lock was taken over is stopped by its next check, and leaves the lock alone', async () => {
  const lock = await lockFolder();
  lock.check();
  writeFileSync(lockFile(), elsewhere);
  await sleep(150);
  expect(() => lock.check()).toThrow('taken over by process 7 on other-host');
  expect(() => lock.check()).toThrow('taken over');
  expect(lost).toHaveLength(1);
  lock.release();
  expect(readFileSync(lockFile(), 'utf8')).toBe(elsewhere);
});

test('a holder whose lock file was removed makes it again', async () => {
  const lock = await lockFolder();
  rmSync(lockFile());
  await sleep(150);
  lock.check();
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual(thisProcess());
  expect(lost).toEqual([]);
  lock.release();
});

test('a lock that cannot be touched is told once, and the holder goes on', async () => {
  const lock = await lockFolder();
  // A folder can be neither read as a file nor, with its parent gone, touched.
  renameSync(data, `${data}-away`);
  await sleep(4_500);
  renameSync(`${data}-away`, data);
  await sleep(2_500);
  expect(told).toEqual([
    expect.stringContaining('error: the lock of the data folder cannot be touched'),
    'info: the lock of the data folder can be touched again',
  ]);
  lock.check();
  expect(lost).toEqual([]);
  lock.release();
}, 20_000);
