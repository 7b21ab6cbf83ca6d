import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolderStore, translateDiskErrors } from './folder-store.ts';

let parent = '';
let root = '';
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'darkroom-store-'));
  root = path.join(parent, 'outputs');
});
afterEach(() => rm(parent, { recursive: true }));

const bytes = Buffer.from('0123456789');
const readAll = async (found: { stream: Readable; bytes: number } | null) =>
  found && { text: (await buffer(found.stream)).toString(), bytes: found.bytes };

test('what was put is read back, whole and in parts, and replaced by a second put', async () => {
  const store = createFolderStore(root);
  const stored = await store.put('job_1/job_1_output_0.png', bytes, 'image/png');
  expect(stored).toEqual({ bytes: 10, sha256: createHash('sha256').update(bytes).digest('hex') });
  expect(await readAll(await store.read('job_1/job_1_output_0.png'))).toEqual({
    text: '0123456789',
    bytes: 10,
  });
  const range = { start: 2, end: 4 };
  expect(await readAll(await store.read('job_1/job_1_output_0.png', range))).toEqual({
    text: '234',
    bytes: 10,
  });
  await store.put('job_1/job_1_output_0.png', Buffer.from('new'), 'image/png');
  expect(await readFile(store.locate('job_1/job_1_output_0.png'), 'utf8')).toBe('new');
  expect(await readdir(path.join(root, 'job_1'))).toEqual(['job_1_output_0.png']);
});

test('many puts of one key at once leave one whole file', async () => {
  const store = createFolderStore(root);
  const versions = Array.from({ length: 12 }, (_, index) => Buffer.alloc(100_000, index));
  await Promise.all(versions.map((version) => store.put('job/a.png', version, 'image/png')));
  const left = await readFile(store.locate('job/a.png'));
  expect(versions.some((version) => version.equals(left))).toBe(true);
  expect(await readdir(path.join(root, 'job'))).toEqual(['a.png']);
});

test('what is not there is null', async () => {
  const store = createFolderStore(root);
  expect(await store.read('job/a.png')).toBeNull();
  await mkdir(path.join(root, 'job', 'a.png'), { recursive: true });
  expect(await store.read('job/a.png')).toBeNull();
});

test.each([
  '../a.png',
  '../../etc/passwd',
  'job/../../a.png',
  'job/..',
  '..',
  '.',
  './a',
  'job/.hidden',
  '/etc/passwd',
  '/job/a.png',
  'C:\\job\\a.png',
  'job\\..\\a.png',
  'job/a\0.png',
  'job/a/b.png',
  'job/',
  '/a.png',
  'job',
  '',
  'job/a b.png',
  `job/${'a'.repeat(300)}`,
  'job/a..png',
])('the key %j is refused by every function', async (key) => {
  const store = createFolderStore(root);
  await expect(store.put(key, bytes, 'image/png')).rejects.toThrow(TypeError);
  await expect(store.read(key)).rejects.toThrow(TypeError);
  expect(() => store.locate(key)).toThrow(TypeError);
  expect(existsSync(root)).toBe(false);
});

test.each(['..', '', '.', 'a/b', '/', 'a\0'])('removing the job %j is refused', async (job) => {
  await expect(createFolderStore(root).removeJob(job)).rejects.toThrow(TypeError);
});

test('links that lead out of the folder are neither read nor written through', async () => {
  const store = createFolderStore(root);
  const secret = path.join(parent, 'elsewhere');
  await mkdir(secret);
  await writeFile(path.join(secret, 'a.png'), 'secret');
  await mkdir(path.join(root, 'job'), { recursive: true });
  await symlink(path.join(secret, 'a.png'), path.join(root, 'job', 'a.png'));
  await symlink(secret, path.join(root, 'linked'));
  expect(await store.read('job/a.png')).toBeNull();
  expect(await store.read('linked/a.png')).toBeNull();
  await expect(store.put('linked/b.png', bytes, 'image/png')).rejects.toThrow(/link/);
  // A link in the place of the file is replaced, not followed.
  await store.put('job/a.png', bytes, 'image/png');
  await store.removeJob('linked');
  expect(await readFile(path.join(secret, 'a.png'), 'utf8')).toBe('secret');
  expect(await readdir(secret)).toEqual(['a.png']);
});

test('the folder itself may be a link: that is the choice of who runs the server', async () => {
  await mkdir(path.join(parent, 'disk'));
  await symlink(path.join(parent, 'disk'), root);
  const store = createFolderStore(root);
  await store.put('job/a.png', bytes, 'image/png');
  expect(await readAll(await store.read('job/a.png'))).toEqual({ text: '0123456789', bytes: 10 });
});

test('removing a job takes its files and nothing else, and may be repeated', async () => {
  const store = createFolderStore(root);
  await store.put('a/x.png', bytes, 'image/png');
  await store.put('b/x.png', bytes, 'image/png');
  await store.removeJob('a');
  await store.removeJob('a');
  expect(await readdir(root)).toEqual(['b']);
});

// A device that answers every write with ENOSPC; only Linux has it.
test.runIf(existsSync('/dev/full'))('a full disk is STORAGE_FULL', async () => {
  const handle = await open('/dev/full', 'w');
  await expect(translateDiskErrors(() => handle.writeFile(bytes))).rejects.toMatchObject({
    code: 'STORAGE_FULL',
  });
  await handle.close();
});
