import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleJob, samplePlan } from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import type { Adapter } from '../render/plan.ts';
import type { NewJob } from './job.ts';
import { withHashes } from './learn-hashes.ts';
import { type Jobs, openJobs } from './open-jobs.ts';

let database: Database;
let jobs: Jobs;
beforeAll(async () => {
  database = await openMemoryDatabase();
  const config = { MAX_QUEUE: 100, MODEL_SWITCH_SECONDS: 60 };
  jobs = await openJobs({
    ...{ database, config, clock: () => new Date(), newId: () => 'hashes' },
    log: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await jobs.close();
  await database.close();
});

const url = 'https://example.com/a.safetensors';
const source = { url, version: '"1"' };
const remote: Adapter = { name: url, file: '', sha256: '', component: 'transformer', scale: 1, source };

const jobOf = (id: string, sha256: string | null): NewJob =>
  sampleJob(id, {
    plan: { ...samplePlan(), adapters: [{ ...remote, sha256: sha256 ?? '' }] },
    loras: [{ path: url, sha256, scale: 1 }],
  });

test('what a download taught is kept with the job, and the LoRAs of jobs that wait or run are in use', async () => {
  await jobs.accept(jobOf('running', null));
  await jobs.accept(jobOf('waiting', 'b'.repeat(64)));
  expect(await jobs.lorasInUse()).toEqual(new Set(['b'.repeat(64)]));
  const job = await jobs.work.claim([]);
  expect(job?.id).toBe('running');
  if (job === null) throw new Error('no job');
  const { source: _source, ...found } = { ...remote, file: '/cache/a', sha256: 'a'.repeat(64) };
  const known = withHashes(job, { ...job.plan, adapters: [found] });
  await jobs.work.storeHashes(known);
  const stored = await jobs.get('running');
  expect(stored?.loras).toEqual([{ path: url, sha256: 'a'.repeat(64), scale: 1 }]);
  // A later attempt, on whatever machine, still knows where it comes from.
  expect(stored?.plan.adapters).toEqual([{ ...remote, sha256: 'a'.repeat(64) }]);
  expect(await jobs.lorasInUse()).toEqual(new Set(['a'.repeat(64), 'b'.repeat(64)]));
  await jobs.work.fail('running', { code: 'RENDER_FAILED', message: 'It went wrong.' });
  await jobs.cancel('waiting');
  expect(await jobs.lorasInUse()).toEqual(new Set());
});

test('only who holds a job teaches it', async () => {
  await jobs.accept(jobOf('queued', null));
  const job = await jobs.get('queued');
  if (job === null) throw new Error('no job');
  await jobs.work.storeHashes({ ...job, loras: [{ path: url, sha256: 'c'.repeat(64), scale: 1 }] });
  expect((await jobs.get('queued'))?.loras).toEqual(job.loras);
});
