import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimNext, sampleJob, sampleOutput, sampleResult } from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { createFolderStore } from '../files/folder/folder-store.ts';
import { type Jobs, openJobs } from '../jobs/open-jobs.ts';
import { kinds } from '../server/kinds.ts';
import { createRequestTokens } from './request-tokens.ts';
import { removeExpired } from './retention.ts';

const log = pino({ level: 'silent' });
const hourMs = 60 * 60 * 1000;
const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-retention-'));
const scratchFolder = path.join(folder, 'scratch');
const trainingsFolder = path.join(folder, 'trainings');
const outputs = path.join(folder, 'outputs');
const store = createFolderStore({ outputsFolder: outputs, blobsFolder: path.join(folder, 'blobs') });
let now = new Date();
let database: Database;
let jobs: Jobs;

beforeAll(async () => {
  database = await openMemoryDatabase();
  const config = { MAX_QUEUE: 1000, MODEL_SWITCH_SECONDS: 60 };
  jobs = await openJobs({ database, kinds, config, clock: () => now, newId: () => 'retention', log });
});
afterAll(async () => {
  await jobs.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const expire = (RETENTION_HOURS: number, RETENTION_GB = 0): Promise<number> =>
  removeExpired(
    {
      jobs,
      log,
      files: store,
      clock: () => now,
      sweepRegistry: async () => {},
      sweepSheets: async () => 0,
      whileUnkept: (hashes, act) => act(new Set(hashes)),
      tokens: createRequestTokens({ queries: database.queries, secret: null }),
      config: {
        RETENTION_HOURS,
        RETENTION_GB,
        LORA_CACHE_GB: 0,
        scratchFolder,
        trainingsFolder,
        KEEP_STATE_DAYS: 7,
        downloadsFolder: path.join(scratchFolder, 'loras'),
      },
    },
    new AbortController().signal,
  );

test('what ended longer ago than RETENTION_HOURS goes, files first; the rest stays; 0 keeps all', async () => {
  const names = Array.from({ length: 45 }, (_, index) => `old-${index}`);
  for (const id of [...names, 'fresh', 'waiting']) {
    await jobs.accept(sampleJob(id));
    await store.put(`jobs/${id}/${id}_output_0.png`, new Uint8Array([1]), 'image/png');
  }
  for (const id of names) await jobs.cancel(id);
  now = new Date(now.getTime() + 2 * hourMs);
  await jobs.cancel('fresh');
  expect(await expire(0)).toBe(0);
  expect(await expire(1)).toBe(45);
  expect((await jobs.list({ limit: 100 })).jobs.map(({ id }) => id)).toEqual(['waiting', 'fresh']);
  expect(readdirSync(outputs).toSorted()).toEqual(['fresh', 'waiting']);
});

test('scratch folders and states of trainings go with their jobs, and those of requests that never became one after an hour', async () => {
  await jobs.accept(sampleJob('alive'));
  await jobs.accept(sampleJob('ended'));
  await jobs.cancel('ended');
  for (const name of ['alive', 'ended', 'receiving', 'abandoned']) {
    mkdirSync(path.join(scratchFolder, name), { recursive: true });
    writeFileSync(path.join(scratchFolder, name, 'control_0_0'), '');
  }
  utimesSync(path.join(scratchFolder, 'abandoned'), now, new Date(now.getTime() - 2 * hourMs));
  utimesSync(path.join(scratchFolder, 'receiving'), now, now);
  for (const name of ['alive', 'ended']) mkdirSync(path.join(trainingsFolder, name), { recursive: true });
  await expire(0);
  expect(readdirSync(scratchFolder).toSorted()).toEqual(['alive', 'receiving']);
  expect(readdirSync(trainingsFolder).toSorted()).toEqual(['alive', 'ended']);
  for (const name of ['alive', 'ended'])
    utimesSync(path.join(trainingsFolder, name), now, new Date(now.getTime() - 169 * hourMs));
  await expire(0);
  expect(readdirSync(trainingsFolder)).toEqual(['alive']);
});

test('the oldest finished requests go until the files of all are no more than RETENTION_GB', async () => {
  await jobs.cancel('waiting');
  await jobs.cancel('alive');
  for (const id of ['large-0', 'large-1', 'large-2']) {
    await jobs.accept(sampleJob(id));
    await claimNext(jobs);
    await jobs.work.recordOutput(id, { ...sampleOutput(id, 0), bytes: 400_000_000 });
    now = new Date(now.getTime() + 1000);
    await jobs.work.finish(id, { result: sampleResult, warnings: [] });
  }
  now = new Date(now.getTime() + 1000);
  expect(await jobs.outputBytes()).toBe(1_200_000_000);
  expect(await expire(0, 1.2)).toBe(0);
  await expire(0, 0.9);
  expect((await jobs.list({ limit: 100 })).jobs.map(({ id }) => id)).toEqual(['large-2', 'large-1']);
});
