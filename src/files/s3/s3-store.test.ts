import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../../tests/harness/free-port.ts';
import { type ObjectStore, startObjectStore } from '../../../tests/support/object-store.ts';
import type { Stores } from '../artifact-store.ts';
import { openStores } from '../open-stores.ts';
import type { SharedFiles } from '../shared-files.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const never = new AbortController().signal;
const none = { outputsFolder: '/nowhere' };

describe('on a server that speaks S3', () => {
  let server: ObjectStore;
  let url: string;
  let stores: Stores;
  let shared: SharedFiles;
  let folder: string;

  beforeAll(async () => {
    server = await startObjectStore();
    url = await server.createBucket('pictures');
    stores = await openStores({ ...none, ARTIFACTS_URL: url });
    if (stores.shared === null) throw new Error('an object store shares files');
    shared = stores.shared;
    folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-s3-'));
  });
  afterAll(async () => {
    stores.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a file comes back whole, in part, and not at all when there is none', async () => {
    const content = randomBytes(300_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { artifacts } = stores;
    expect(await artifacts.put('job/job_output_0.png', content, 'image/png')).toEqual({
      bytes: 300_000,
      sha256,
    });
    const whole = await artifacts.read('job/job_output_0.png');
    expect(whole?.bytes).toBe(300_000);
    expect(whole && (await buffer(whole.stream)).equals(content)).toBe(true);
    const part = await artifacts.read('job/job_output_0.png', { start: 100, end: 199 });
    expect(part?.bytes).toBe(300_000);
    expect(part && (await buffer(part.stream)).equals(content.subarray(100, 200))).toBe(true);
    expect(await artifacts.read('job/job_output_1.png')).toBeNull();
    expect(artifacts.locate('job/job_output_0.png')).toBe(
      's3://pictures/darkroom/outputs/job/job_output_0.png',
    );
  });

  test('removing a job removes its files, and not those of a job whose name begins alike', async () => {
    const { artifacts } = stores;
    await artifacts.put('old/a.png', new Uint8Array([1]), 'image/png');
    await artifacts.put('old/b.png', new Uint8Array([1]), 'image/png');
    await artifacts.put('older/a.png', new Uint8Array([1]), 'image/png');
    await artifacts.removeJob('old');
    expect(await artifacts.read('old/a.png')).toBeNull();
    expect(await artifacts.read('old/b.png')).toBeNull();
    const kept = await artifacts.read('older/a.png');
    expect(kept && (await buffer(kept.stream)).byteLength).toBe(1);
    await artifacts.removeJob('never-existed');
    await expect(artifacts.removeJob('..')).rejects.toThrow(TypeError);
    await expect(artifacts.put('../a', new Uint8Array(), 'image/png')).rejects.toThrow(TypeError);
  });

  test('a shared file is sent once, listed, fetched and removed', async () => {
    const file = path.join(folder, 'lora.safetensors');
    await writeFile(file, 'first');
    await shared.offer('loras/a.safetensors', file);
    await writeFile(file, 'second');
    await shared.offer('loras/a.safetensors', file);
    const target = path.join(folder, 'fetched');
    expect(await shared.fetch('loras/a.safetensors', target, never)).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('first');
    const names: string[] = [];
    for await (const { name } of shared.list('loras/')) names.push(name);
    expect(names).toEqual(['loras/a.safetensors']);
    await shared.remove('loras/a.safetensors');
    expect(await shared.fetch('loras/a.safetensors', `${target}-2`, never)).toBe(false);
    expect(await readdir(folder)).toEqual(['fetched', 'lora.safetensors']);
  });

  test('a bucket that does not exist is said at the start', async () => {
    const wrong = url.replace('pictures', 'picturs');
    await expect(openStores({ ...none, ARTIFACTS_URL: wrong })).rejects.toThrow(
      /"picturs" at .* does not exist/,
    );
  });
});

test('a store that nobody answers for is named, with its setting', async () => {
  const url = `s3://pictures?endpoint=http://127.0.0.1:${await freePort()}`;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'darkroom');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'for-tests');
  const opening = openStores({ ...none, ARTIFACTS_URL: url });
  await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await expect(opening).rejects.toThrow(/"pictures" at 127\.0\.0\.1:\d+ \(ARTIFACTS_URL\) does not answer/);
  vi.unstubAllEnvs();
});
