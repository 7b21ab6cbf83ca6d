import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { engineTiming, systemClock } from '../engine-timing.ts';
import { scriptedSpawn, scriptedTask } from '../testing/scripted-spawn.ts';
import type { EngineProcess } from './engine-process.ts';
import { checkpointsOf, launchEngine } from './launch-engine.ts';
import { createProcessEngine } from './process-engine.ts';
import { createSpareProcess, type SpareOptions, type SpareProcess } from './spare-process.ts';

const config = { DARKROOM_PYTHON: 'python3', MODEL_CACHE_DIR: undefined, HF_TOKEN: undefined };
const log = pino({ level: 'silent' });
const timing = {
  ...engineTiming,
  pingEvery: 30,
  firstBackoff: 20,
  longestBackoff: 40,
  spareLookEvery: 10,
  spareDelay: 100,
};
const plenty = 64 * 2 ** 30;

let folder = '';
let stops: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'darkroom-spare-'));
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
  rmSync(folder, { recursive: true });
});

/** Ids of all processes that were started, in order. */
const started = (): number[] => {
  const file = path.join(folder, 'imports');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const spawnOf = (script: string) =>
  scriptedSpawn({
    ENGINE_SCRIPT: script,
    ENGINE_IMPORTS: path.join(folder, 'imports'),
    ENGINE_STARTS: path.join(folder, 'starts'),
  });
const launchOf =
  (script = '') =>
  (): EngineProcess =>
    launchEngine({ config, log, spawn: spawnOf(script) });

function spareOf(more: Partial<SpareOptions> = {}): SpareProcess {
  const spare = createSpareProcess({
    mode: 'auto',
    launch: launchOf(),
    isQuiet: () => true,
    freeBytes: () => plenty,
    clock: systemClock,
    timing,
    log,
    ...more,
  });
  stops.push(spare.stop);
  return spare;
}

const isReady = (spare: SpareProcess) =>
  vi.waitFor(() => expect(spare.status()).toEqual({ state: 'ready', reason: null }), 20_000);
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('it stands by with its libraries imported, is taken once, and followed by another', async () => {
  const spare = spareOf();
  expect(spare.take()).toBeNull();
  expect(spare.status()).toEqual({ state: 'absent', reason: null });
  await isReady(spare);
  const [first = 0] = started();
  const taken = spare.take();
  expect(taken?.pid).toBe(first);
  expect(isAlive(first)).toBe(true);
  expect(spare.status().state).toBe('absent');
  expect(spare.take()).toBeNull();
  await isReady(spare);
  expect(started()).toHaveLength(2);
  taken?.kill('SIGKILL');
  await taken?.ended;
  // What becomes of one that was taken does not concern the spare.
  await isReady(spare);
  expect(started()).toHaveLength(2);
});

test('it waits until nothing starts or loads any more', async () => {
  let isQuiet = false;
  const spare = spareOf({ isQuiet: () => isQuiet });
  await wait(300);
  expect(started()).toEqual([]);
  isQuiet = true;
  await isReady(spare);
});

test('without memory to spare there is none, and the one there is is given up', async () => {
  let free = 3 * 2 ** 30;
  const spare = spareOf({ freeBytes: () => free });
  await wait(300);
  expect(spare.status()).toEqual({
    state: 'absent',
    reason: expect.stringMatching(/3\.0 GiB of memory left.*wants 4\.0 GiB; SPARE_ENGINE=on/),
  });
  free = plenty;
  await isReady(spare);
  free = 2 * 2 ** 30;
  await wait(100);
  expect(spare.status().state).toBe('ready');
  free = 2 ** 29;
  await vi.waitFor(() => expect(isAlive(started()[0] ?? 0)).toBe(false), 20_000);
  expect(spare.status()).toMatchObject({ state: 'absent', reason: expect.stringContaining('0.5 GiB') });
  expect(started()).toHaveLength(1);
});

test('SPARE_ENGINE=on does not ask for memory', async () => {
  await isReady(spareOf({ mode: 'on', freeBytes: () => 0 }));
});

test('one that dies is followed by another', async () => {
  const spare = spareOf();
  await isReady(spare);
  process.kill(started()[0] ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(started()).toHaveLength(2), 20_000);
  await isReady(spare);
});

test('one that cannot import is tried again, and says how it ended', async () => {
  const spare = spareOf({ launch: launchOf('does not import') });
  await vi.waitFor(() => expect(started().length).toBeGreaterThan(2), 20_000);
  // Between two tries it is absent for some tens of milliseconds only.
  await vi.waitFor(
    () => expect(spare.status()).toEqual({ state: 'absent', reason: expect.stringContaining('exit code 1') }),
    { timeout: 20_000, interval: 5 },
  );
});

test('one that hangs is killed', async () => {
  const spare = spareOf({ launch: launchOf('silent'), timing: { ...timing, silenceAtWork: 4000 } });
  await vi.waitFor(() => expect(started().length).toBeGreaterThan(1), 60_000);
  expect(isAlive(started()[0] ?? 0)).toBe(false);
  await spare.stop();
});

test('stop ends it, and nothing starts afterwards', async () => {
  const spare = spareOf();
  await isReady(spare);
  await spare.stop();
  await wait(300);
  expect(started().map(isAlive)).toEqual([false]);
});

test('a device whose processes cannot start leaves the spare to the others', async () => {
  const asked: boolean[] = [];
  const engine = createProcessEngine({
    device: 'cuda:7',
    share: { hostBytes: null, threads: null },
    log,
    timing,
    config: { MAX_RESIDENT_MODELS: 1, ADAPTER_CACHE_MB: 1 },
    launch: (maySpare) => {
      asked.push(maySpare);
      return launchOf('fatal')();
    },
    checkpoints: checkpointsOf({ config, log }),
  });
  stops.push(engine.stop);
  await vi.waitFor(() => expect(asked.slice(0, 3)).toEqual([true, false, false]), 20_000);
});

test.each(['die', 'hang'])('after a job that makes its process %s, the spare takes over', async (prompt) => {
  const spare = spareOf();
  const engine = createProcessEngine({
    device: 'cpu',
    share: { hostBytes: null, threads: null },
    log,
    config: { MAX_RESIDENT_MODELS: 1, ADAPTER_CACHE_MB: 1 },
    launch: () => spare.take() ?? launchOf()(),
    checkpoints: checkpointsOf({ config, log }),
    timing: { ...timing, silenceAtWork: 6000 },
  });
  stops.push(engine.stop);
  await engine.ready();
  await isReady(spare);
  const own = engine.status().pid;
  // Which of the two has imported its libraries first is not said.
  const standby = started().find((pid) => pid !== own);
  expect(await engine.render(scriptedTask(folder, [prompt]))).toMatchObject({ kind: 'crashed' });
  expect(await engine.render(scriptedTask(folder, ['ok']))).toMatchObject({ kind: 'done' });
  expect(engine.status()).toMatchObject({ pid: standby, restarts: 1 });
});
