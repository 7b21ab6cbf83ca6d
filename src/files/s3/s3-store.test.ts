import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../../tests/harness/free-port.ts';
import { type ObjectStore, startObjectStore } from '../../../tests/support/object-store.ts';
import { ContentMismatch, type FileStore } from '../file-store.ts';
import { openFileStore } from '../open-file-store.ts';
import { openS3Bucket } from './s3-bucket.ts';
import { parseS3Location } from './s3-location.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const never = new AbortController().signal;
const none = { outputsFolder: '/nowhere', blobsFolder: '/nowhere' };

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('on a server that speaks S3', () => {
  let server: ObjectStore;
  let url: string;
  let store: FileStore;
  let folder: string;

  beforeAll(async () => {
    server = await startObjectStore();
    url = await server.createBucket('pictures');
    store = await openFileStore({ ...none, ARTIFACTS_URL: url });
    folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-s3-'));
  });
  afterAll(async () => {
    store.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a file comes back whole, in part, and not at all when there is none', async () => {
    const content = randomBytes(300_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await store.put('jobs/job/job_output_0.png', content, 'image/png')).toEqual({
      bytes: 300_000,
      sha256,
    });
    const whole = await store.read('jobs/job/job_output_0.png');
    expect(whole?.bytes).toBe(300_000);
    expect(whole && (await buffer(whole.stream)).equals(content)).toBe(true);
    const part = await store.read('jobs/job/job_output_0.png', { start: 100, end: 199 });
    expect(part?.bytes).toBe(300_000);
    expect(part && (await buffer(part.stream)).equals(content.subarray(100, 200))).toBe(true);
    expect(await store.read('jobs/job/job_output_1.png')).toBeNull();
    expect(store.locate('jobs/job/job_output_0.png')).toBe(
      's3://pictures/darkroom/outputs/job/job_output_0.png',
    );
  });

  test('removing a job removes its files, and not those of a job whose name begins alike', async () => {
    await store.put('jobs/old/a.png', new Uint8Array([1]), 'image/png');
    await store.put('jobs/old/b.png', new Uint8Array([1]), 'image/png');
    await store.put('jobs/older/a.png', new Uint8Array([1]), 'image/png');
    await store.remove('jobs/old/');
    expect(await store.read('jobs/old/a.png')).toBeNull();
    expect(await store.read('jobs/old/b.png')).toBeNull();
    const kept = await store.read('jobs/older/a.png');
    expect(kept && (await buffer(kept.stream)).byteLength).toBe(1);
    await store.remove('jobs/never-existed/');
    await expect(store.remove('jobs/../')).rejects.toThrow(TypeError);
    await expect(store.put('jobs/../a', new Uint8Array(), 'image/png')).rejects.toThrow(TypeError);
  });

  test('a blob is sent once, listed, fetched and removed', async () => {
    const file = path.join(folder, 'lora.safetensors');
    await writeFile(file, 'weights');
    const sha256 = createHash('sha256').update('weights').digest('hex');
    const key = `blobs/${sha256}`;
    const stored = { bytes: 7, sha256 };
    expect(await store.put(key, { path: file }, 'application/octet-stream')).toEqual(stored);
    await rm(file);
    expect(await store.put(key, { path: file }, 'application/octet-stream')).toEqual(stored);
    const target = path.join(folder, 'fetched');
    expect(await store.fetch(key, target, never)).toBe(target);
    expect(await readFile(target, 'utf8')).toBe('weights');
    expect(await collect(store.list('blobs/'))).toMatchObject([{ key, bytes: 7 }]);
    expect(await collect(store.list('jobs/older/'))).toMatchObject([{ key: 'jobs/older/a.png' }]);
    await store.removeUnchanged(key, new Date(Date.now() - 60_000));
    expect(await collect(store.list('blobs/'))).toHaveLength(1);
    await store.removeUnchanged(key, new Date());
    expect(await store.fetch(key, `${target}-2`, never)).toBeNull();
    expect(await readdir(folder)).toEqual(['fetched']);
  });

  test('what has another hash than its key never gets there, and is removed when it did', async () => {
    const file = path.join(folder, 'changed.safetensors');
    const content = randomBytes(300_000);
    await writeFile(file, content);
    const key = `blobs/${'a'.repeat(64)}`;
    await expect(store.put(key, { path: file }, 'text/plain')).rejects.toThrow(ContentMismatch);
    await expect(store.put(key, content, 'text/plain')).rejects.toThrow(ContentMismatch);
    expect(await store.read(key)).toBeNull();
    const bucket = await openS3Bucket(parseS3Location(url, process.env));
    await bucket.put(key, { body: content, bytes: content.length, contentType: 'text/plain' });
    expect(await store.fetch(key, path.join(folder, 'damaged'), never)).toBeNull();
    expect(await store.read(key)).toBeNull();
    expect(await readdir(folder)).not.toContain('damaged');
    bucket.close();
    await rm(file);
  });

  test('a bucket that does not exist is said at the start', async () => {
    const wrong = url.replace('pictures', 'picturs');
    await expect(openFileStore({ ...none, ARTIFACTS_URL: wrong })).rejects.toThrow(
      /"picturs" at .* does not exist/,
    );
  });
});

test('a store that nobody answers for is named, with its setting', async () => {
  const url = `s3://pictures?endpoint=http://127.0.0.1:${await freePort()}`;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'darkroom');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'for-tests');
  const opening = openFileStore({ ...none, ARTIFACTS_URL: url });
  await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await expect(opening).rejects.toThrow(/"pictures" at 127\.0\.0\.1:\d+ \(ARTIFACTS_URL\) does not answer/);
  vi.unstubAllEnvs();
});
