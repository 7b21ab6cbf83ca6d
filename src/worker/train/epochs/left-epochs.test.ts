import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftEpochs } from './left-epochs.ts';

test('what was written before the newest state and is not kept is found, in order', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-left-'));
  try {
    const steps = [30, 10, 20, 40, 50].map((step) => `mine_${String(step).padStart(9, '0')}.safetensors`);
    const others = ['mine_000000015.safetensors.tmp', 'mine_two_000000012.safetensors', 'mine_5.safetensors'];
    const states = ['state-000000025.safetensors', 'state-000000040.safetensors'];
    for (const name of [...steps, ...others, ...states]) await writeFile(path.join(folder, name), '');
    const found = await leftEpochs(folder, 'mine', [10]);
    expect(found.map(({ step }) => step)).toEqual([20, 30]);
    expect(found[0]).toEqual({
      step: 20,
      loss: null,
      files: [{ part: 'main', file: path.join(folder, 'mine_000000020.safetensors') }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a training that has not begun has left none', async () => {
  expect(await leftEpochs(path.join(os.tmpdir(), 'darkroom-nothing-there'), 'mine', [])).toEqual([]);
});
