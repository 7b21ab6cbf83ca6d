import { expect, test } from 'vitest';
import { noEngine } from '../../engines/no-engine.ts';
import { readiness } from './readiness.ts';

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
