import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleJob, samplePlan } from '../../tests/support/sample-job.ts';
import type { Adapter } from '../render/plan.ts';
import type { NewJob } from './job.ts';
import { withHashes } from './learn-hashes.ts';
import { type MemoryJobs, openMemoryJobs } from './memory-jobs.fixture.ts';

let memory: MemoryJobs;
beforeAll(async () => {
  memory = await openMemoryJobs('hashes');
});
afterAll(() => memory.close());

const url = 'https://example.com/a.safetensors';
const source = { url, version: '"1"' };
const remote: Adapter = { name: url, file: '', sha256: '', component: 'transformer', scale: 1, source };

const jobOf = (id: string, sha256: string | null): NewJob =>
  sampleJob(id, {
    plan: { ...samplePlan(), adapters: [{ ...remote, sha256: sha256 ?? '' }] },
    loras: [{ path: url, sha256, scale: 1 }],
  });

test('what a download taught is kept with the job, and the LoRAs of jobs that wait or run are in use', async () => {
  await memory.jobs.accept(jobOf('running', null));
  await memory.jobs.accept(jobOf('waiting', 'b'.repeat(64)));
  expect(await memory.jobs.lorasInUse()).toEqual(new Set(['b'.repeat(64)]));
  const job = await memory.jobs.work.claim([]);
  expect(job?.id).toBe('running');
  if (job === null) throw new Error('no job');
  const { source: _source, ...found } = { ...remote, file: '/cache/a', sha256: 'a'.repeat(64) };
  const known = withHashes(job, { ...job.plan, adapters: [found] });
  await memory.jobs.work.storeHashes(known);
  const stored = await memory.jobs.get('running');
  expect(stored?.loras).toEqual([{ path: url, sha256: 'a'.repeat(64), scale: 1 }]);
  // A later attempt, on whatever machine, still knows where it comes from.
  expect(stored?.plan.adapters).toEqual([{ ...remote, sha256: 'a'.repeat(64) }]);
  expect(await memory.jobs.lorasInUse()).toEqual(new Set(['a'.repeat(64), 'b'.repeat(64)]));
  await memory.jobs.work.fail('running', { code: 'RENDER_FAILED', message: 'It went wrong.' });
  await memory.jobs.cancel('waiting');
  expect(await memory.jobs.lorasInUse()).toEqual(new Set());
});

test('only who holds a job teaches it', async () => {
  await memory.jobs.accept(jobOf('queued', null));
  const job = await memory.jobs.get('queued');
  if (job === null) throw new Error('no job');
  await memory.jobs.work.storeHashes({ ...job, loras: [{ path: url, sha256: 'c'.repeat(64), scale: 1 }] });
  expect((await memory.jobs.get('queued'))?.loras).toEqual(job.loras);
});
