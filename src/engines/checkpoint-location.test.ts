import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../python/package-root.ts';
import { locateCheckpoint } from './checkpoint-location.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-checkpoints-'));
  const files = [
    'owner/pipeline/model_index.json',
    'owner/component/transformer/config.json',
    'owner/flat/config.json',
    'owner/single/weights.safetensors',
    'owner/files/vae/autoencoder.safetensors',
    'owner/unrelated/README.md',
    'owner/interrupted/.cache/lock',
  ];
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
  }
});
afterAll(() => rm(folder, { recursive: true }));

test.each(['owner/pipeline', 'owner/component', 'owner/flat', 'owner/single', 'owner/files'])(
  '%s is found',
  (repository) => {
    const found = locateCheckpoint(repository, undefined, { CHECKPOINTS_PATH: folder });
    expect(found).toBe(path.join(folder, ...repository.split('/')));
  },
);

test.each(['owner/unrelated', 'owner/interrupted', 'owner/missing'])(
  '%s is left to the hub',
  (repository) => {
    expect(locateCheckpoint(repository, undefined, { CHECKPOINTS_PATH: folder })).toBeNull();
  },
);

test('without CHECKPOINTS_PATH, and without a bundled folder that is there, the hub is asked', () => {
  expect(locateCheckpoint('owner/pipeline', undefined, { CHECKPOINTS_PATH: undefined })).toBeNull();
  expect(locateCheckpoint('owner/pipeline', 'checkpoints/none', { CHECKPOINTS_PATH: undefined })).toBeNull();
});

test('a bundled folder is one of this package, and wins', () => {
  const bundled = path.relative(packageRoot(), path.join(folder, 'owner', 'flat'));
  expect(locateCheckpoint('owner/pipeline', bundled, { CHECKPOINTS_PATH: folder })).toBe(
    path.join(folder, 'owner', 'flat'),
  );
});
