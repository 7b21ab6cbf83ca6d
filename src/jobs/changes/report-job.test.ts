import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimNext, renderOf, sampleJob, samplePlan } from '../../../tests/support/sample-job.ts';
import type { Adapter } from '../../render/plan.ts';
import { neededFiles, type StoredRender, withHashes } from '../../render/stored-render.ts';
import type { NewJob } from '../job.ts';
import { type MemoryJobs, openMemoryJobs } from '../memory-jobs.fixture.ts';

let memory: MemoryJobs;
beforeAll(async () => {
  memory = await openMemoryJobs('hashes');
});
afterAll(() => memory.close());

const url = 'https://example.com/a.safetensors';
const source = { url, version: '"1"' };
const remote: Adapter = { name: url, sha256: null, component: 'transformer', scale: 1, source };

const jobOf = (id: string, sha256: string | null): NewJob<StoredRender> =>
  sampleJob(id, {
    plan: { ...samplePlan(), adapters: [{ ...remote, sha256 }] },
    loras: [{ path: url, sha256, scale: 1 }],
  });

test('what a download taught is kept with the job, and the LoRAs of jobs that wait or run are in use', async () => {
  await memory.jobs.accept(jobOf('running', null));
  await memory.jobs.accept(jobOf('waiting', 'b'.repeat(64)));
  expect(await memory.jobs.filesInUse()).toEqual(new Set(['b'.repeat(64)]));
  const job = await claimNext(memory.jobs);
  expect(job?.id).toBe('running');
  if (job === null) throw new Error('no job');
  const { source: _source, ...found } = { ...remote, file: '/cache/a', sha256: 'a'.repeat(64) };
  const task = withHashes(job.task, { adapters: [found] });
  await memory.jobs.work.learn(job.id, { task, needs: neededFiles(task) });
  const stored = await memory.jobs.get('running');
  expect(stored?.loras).toEqual([{ path: url, sha256: 'a'.repeat(64), scale: 1 }]);
  // A later attempt, on whatever machine, still knows where it comes from.
  expect(stored === null ? null : renderOf(stored).task.plan.adapters).toEqual([
    { ...remote, sha256: 'a'.repeat(64) },
  ]);
  expect(await memory.jobs.filesInUse()).toEqual(new Set(['a'.repeat(64), 'b'.repeat(64)]));
  await memory.jobs.work.fail('running', { code: 'RENDER_FAILED', message: 'It went wrong.' });
  await memory.jobs.cancel('waiting');
  expect(await memory.jobs.filesInUse()).toEqual(new Set());
});

test('only who holds a job teaches it', async () => {
  await memory.jobs.accept(jobOf('queued', null));
  const job = await memory.jobs.get('queued');
  if (job === null) throw new Error('no job');
  await memory.jobs.work.learn('queued', { task: jobOf('queued', 'c'.repeat(64)).task, needs: [] });
  expect((await memory.jobs.get('queued'))?.task).toEqual(job.task);
});
