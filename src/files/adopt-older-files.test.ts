import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ObjectStore, startObjectStore } from '../../tests/support/object-store.ts';
import { adoptOlderFiles } from './adopt-older-files.ts';
import type { FileStore } from './file-store.ts';
import { openFileStore } from './open-file-store.ts';
import { openS3Bucket } from './s3/s3-bucket.ts';
import { parseS3Location } from './s3/s3-location.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let folder: string;
let server: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-adopt-'));
  server = await startObjectStore();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');
const inFolder = (...parts: string[]): string => path.join(folder, ...parts);
const folders = () => ({ outputsFolder: inFolder('outputs'), blobsFolder: inFolder('blobs') });

async function blobsOf(store: FileStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('blobs/')) keys.push(key);
  return keys.toSorted();
}

test('pictures that wait in the folders of their requests become blobs, as often as it is asked', async () => {
  const files: [string, string][] = [
    [`${hashOf('one')}.png`, 'one'],
    [`${hashOf('half')}.png`, 'ha'],
    ['2f.sent', 'sent'],
  ];
  await mkdir(inFolder('scratch', 'job', 'attempt_1'), { recursive: true });
  for (const [name, content] of files) await writeFile(inFolder('scratch', 'job', name), content);
  const store = await openFileStore(folders());
  for (let round = 0; round < 2; round += 1)
    await adoptOlderFiles(store, { scratchFolder: inFolder('scratch') });
  expect(await blobsOf(store)).toEqual([`blobs/${hashOf('one')}`]);
  await adoptOlderFiles(store, { scratchFolder: inFolder('nowhere') });
});

test('what was handed over through a bucket becomes blobs, once', async () => {
  const ARTIFACTS_URL = await server.createBucket('older');
  const bucket = await openS3Bucket(parseS3Location(ARTIFACTS_URL, process.env));
  const [picture, lora] = [hashOf('picture'), hashOf('lora')];
  const names = [`inputs/one/${picture}.png`, `inputs/two/${picture}.png`, `loras/${lora}.safetensors`];
  for (const name of names)
    await bucket.put(name, { body: Buffer.from('x'), bytes: 1, contentType: 'image/png' });
  const store = await openFileStore({ ...folders(), ARTIFACTS_URL });
  await Promise.all([1, 2].map(() => adoptOlderFiles(store, { ARTIFACTS_URL, scratchFolder: '' })));
  expect(await blobsOf(store)).toEqual([`blobs/${lora}`, `blobs/${picture}`].toSorted());
  for await (const { name } of bucket.list('')) expect(name).toMatch(/^blobs\//);
  bucket.close();
  store.close();
});
