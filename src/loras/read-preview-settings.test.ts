import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPreviewSettings } from './read-preview-settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-preview-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (text: string, name = 'config.yaml') => {
  await writeFile(path.join(folder, name), text);
  return readPreviewSettings(path.join(folder, 'my_lora.safetensors'));
};
const job = (sample: string) => `config:\n  process:\n    - trigger_word: zorp\n      sample:\n${sample}`;

test('what a preview was rendered with is told, by the names of the trainer', async () => {
  const sample = '        width: 768\n        sample_steps: 25\n        walk_seed: true\n        seed: 7\n';
  expect(await read(job(sample))).toEqual({
    width: 768,
    sample_steps: 25,
    walk_seed: true,
    seed: 7,
    trigger_word: 'zorp',
  });
});

test('a value of another type counts as left out, and the others stay', async () => {
  const sample =
    '        width: wide\n        height: 512\n        neg: false\n        guidance_scale: 4.5\n';
  expect(await read(job(sample))).toMatchObject({ height: 512, guidance_scale: 4.5 });
});

test.each([
  ['no YAML', ': - {'],
  ['no job', 'config: 3'],
  ['no samples', 'config:\n  process:\n    - {}\n'],
  ['too much of it', `${job('        width: 768\n')}#${'x'.repeat(1 << 20)}`],
])('%s is nothing', async (_, text) => {
  expect(await read(text)).toBeNull();
});

test('without a config.yaml the copy counts that the trainer keeps as JSON', async () => {
  await rm(path.join(folder, 'config.yaml'));
  const whole = { config: { process: [{ sample: { width: 640 } }] } };
  expect(await read(JSON.stringify(whole), '.job_config.json')).toMatchObject({ width: 640 });
});
