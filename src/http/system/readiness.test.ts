import { expect, test } from 'vitest';
import type { EngineStatus } from '../../engines/engine.ts';
import { createEnginePool } from '../../engines/pool/engine-pool.ts';
import { summarize } from '../../engines/pool/summarize.ts';
import { readiness } from './readiness.ts';

const noEngine = createEnginePool([]);
const plenty = async (): Promise<number> => 2 ** 40;

test('a server that leaves rendering to workers is ready, and warns when there is none', async () => {
  const withWorkers = (workers: number) =>
    readiness({
      engine: noEngine,
      freeBytes: plenty,
      jobs: { depth: async () => ({ queued: 1, running: 0, workers }) },
    });
  expect(await withWorkers(0)).toMatchObject({
    ready: true,
    warnings: [expect.stringContaining('No worker is running')],
  });
  expect(await withWorkers(2)).toMatchObject({ ready: true, warnings: [], queue: { workers: 2 } });
});

test('a database that does not answer and a disk that cannot be read are named', async () => {
  const fails = (): Promise<never> => Promise.reject(new Error('away'));
  const answer = await readiness({ engine: noEngine, freeBytes: fails, jobs: { depth: fails } });
  expect(answer).toMatchObject({ ready: false, queue: null, disk: null });
  expect(answer.reasons).toEqual([
    expect.stringContaining('database does not answer'),
    expect.stringContaining('data folder cannot be read'),
  ]);
});

const idle: EngineStatus = {
  state: 'ready',
  reason: null,
  pid: 1,
  versions: {},
  resident: ['key'],
  loads: 1,
  merges: 2,
  restarts: 0,
  isLoading: false,
  device: { type: 'cuda', name: 'H100', dtype: 'bfloat16' },
  memory: { used_bytes: 1, total_bytes: 4, peak_bytes: 2 },
};
const away: EngineStatus = {
  ...idle,
  state: 'unavailable',
  reason: 'There is no cuda:7 here.',
  device: null,
  memory: null,
  resident: [],
  loads: 0,
  merges: 0,
  restarts: 2,
};

function withDevices(...devices: EngineStatus[]) {
  const named = devices.map((status, index) => ({ ...status, name: `cuda:${index}` }));
  const spare = () => ({ state: 'absent', reason: 'Little memory.' }) as const;
  const engine = { status: () => summarize(named), devices: () => named, spare };
  const depth = async () => ({ queued: 0, running: 0, workers: 1 });
  return readiness({ engine, freeBytes: plenty, jobs: { depth } });
}

test('a server is ready when one of its devices is, and warns of the others', async () => {
  expect(await withDevices(idle, away)).toMatchObject({
    ready: true,
    reasons: [],
    engine: { state: 'ready', device: 'H100 (cuda, bfloat16)', loads: 1, merges: 2, restarts: 2 },
    devices: [
      { name: 'cuda:0', state: 'ready', reason: null, device: 'H100 (cuda, bfloat16)', resident_models: 1 },
      { name: 'cuda:1', state: 'unavailable', reason: away.reason, device: null, memory: null, restarts: 2 },
    ],
    spare: { state: 'absent', reason: 'Little memory.' },
    warnings: ['cuda:1 renders nothing, and the others do its work: There is no cuda:7 here.'],
  });
});

test('a server without any device that is up says why, once', async () => {
  expect(await withDevices(away, away)).toMatchObject({ ready: false, reasons: [away.reason], warnings: [] });
});
