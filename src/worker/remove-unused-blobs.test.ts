import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeIn } from '../../tests/support/plan-files.ts';
import { claimNext, sampleJob } from '../../tests/support/sample-job.ts';
import type { FileStore } from '../files/file-store.ts';
import { type MemoryJobs, openMemoryJobs } from '../jobs/memory-jobs.fixture.ts';
import { removeUnusedBlobs, type WhileUnkept } from './remove-unused-blobs.ts';

const minute = 60_000;
let memory: MemoryJobs;
let folder: string;
let store: FileStore;
beforeAll(async () => {
  memory = await openMemoryJobs('blobs');
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-blobs-'));
  store = storeIn(folder);
});
afterAll(async () => {
  await memory.close();
  await rm(folder, { recursive: true, force: true });
});

const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex');
const names = ['waits', 'runs', 'ended', 'shared', 'lora', 'unknown'];

/** Blobs that others keep. */
const kept = new Set<string>();
const whileUnkept: WhileUnkept = (hashes, act) => act(new Set(hashes.filter((hash) => !kept.has(hash))));

/** Put all of them so many minutes ago, sweep, and say which are left. */
async function leftAfter(minutes: number): Promise<string[]> {
  const at = new Date(Date.now() - minutes * minute);
  for (const name of names) {
    const key = `blobs/${hashOf(name)}`;
    await store.put(key, Buffer.from(name), 'image/png');
    await utimes(store.locate(key), at, at);
  }
  await removeUnusedBlobs({ files: store, jobs: memory.jobs, clock: () => new Date(), whileUnkept });
  const left: string[] = [];
  for await (const { key } of store.list('blobs/')) left.push(key.slice('blobs/'.length));
  return names.filter((name) => left.includes(hashOf(name)));
}

test('pictures go when their last job has ended, LoRAs when no job names them, the rest after an hour', async () => {
  const { jobs } = memory;
  const accept = (id: string, inputs: string[], needs: string[] = []) =>
    jobs.accept({ ...sampleJob(id), inputs: inputs.map(hashOf), needs: needs.map(hashOf) });
  await accept('runs', ['runs']);
  await claimNext(jobs);
  await accept('waits', ['waits', 'shared']);
  await accept('ended', ['ended', 'shared'], ['lora']);
  expect(await leftAfter(61)).toEqual(['waits', 'runs', 'ended', 'shared', 'lora']);
  await jobs.cancel('ended');
  expect(await leftAfter(0)).toEqual(names);
  expect(await leftAfter(11)).toEqual(['waits', 'runs', 'shared', 'lora', 'unknown']);
  expect(await leftAfter(61)).toEqual(['waits', 'runs', 'shared', 'lora']);
  await jobs.work.fail('runs', { code: 'RENDER_FAILED', message: 'It went wrong.' });
  await jobs.cancel('waits');
  expect(await leftAfter(61)).toEqual(['lora']);
  kept.add(hashOf('lora'));
  await jobs.removeFinished(new Date(Date.now() + minute), 10, async () => {});
  expect(await leftAfter(61)).toEqual(['lora']);
  kept.clear();
  expect(await leftAfter(61)).toEqual([]);
});

test('one that a new request puts again while it is being looked up stays', async () => {
  const key = `blobs/${hashOf('again')}`;
  const put = () => store.put(key, Buffer.from('again'), 'image/png');
  await put();
  const long = new Date(Date.now() - 61 * minute);
  await utimes(store.locate(key), long, long);
  const fileUse = async (hashes: readonly string[]) => {
    const use = await memory.jobs.fileUse([...hashes]);
    await put();
    return use;
  };
  const sweep = (jobs: { fileUse: typeof fileUse }) =>
    removeUnusedBlobs({ files: store, jobs, clock: () => new Date(), whileUnkept });
  await sweep({ fileUse });
  expect(await readFile(store.locate(key), 'utf8')).toBe('again');
  await utimes(store.locate(key), long, long);
  await sweep(memory.jobs);
  expect(await readdir(path.dirname(store.locate(key)))).toEqual([]);
});
