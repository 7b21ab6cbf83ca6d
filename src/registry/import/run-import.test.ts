import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../http/app.fixture.ts';
import { peftPair, writeSafetensors } from '../../loras/file/header/safetensors.fixture.ts';
import type { Asker } from '../asker.ts';
import type { ImportResult, ImportTask } from './import-task.ts';
import { runImport } from './run-import.ts';

const asker: Asker = { project: 'proj_local', keyId: null, seesAll: true };
const neon = path.resolve('checkpoints/demo/loras/neon-glow.safetensors');
let opened: TestApp;
let folder: string;
beforeAll(async () => {
  opened = await openTestApp();
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-import-'));
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
const newModelId = (): string => `model_${String(++count).padStart(26, '0')}`;

interface Ran extends ImportResult {
  warnings: string[];
}

async function run(source: ImportTask['source'], more: Partial<ImportTask> = {}): Promise<Ran> {
  const warnings: string[] = [];
  const scratch = await mkdtemp(path.join(folder, 'scratch-'));
  const task: ImportTask = {
    model: newModelId(),
    isKnown: false,
    asker,
    source,
    name: null,
    slug: null,
    base: null,
    trigger: null,
    privacy: 'private',
    description: '',
    tags: [],
    dataset: true,
    ...more,
  };
  const result = await runImport(
    task,
    {
      signal: AbortSignal.timeout(60_000),
      scratch,
      hfToken: null,
      onProgress: () => {},
      warn: (message) => void warnings.push(message),
    },
    opened.imports,
  );
  return { ...result, warnings };
}

const config = (dataset: string) => `
job: extension
config:
  name: my_style_v1
  process:
    - type: diffusion_trainer
      trigger_word: neonglow
      model: { name_or_path: darkroom/demo, arch: flux }
      network: { type: lora, linear: 16 }
      datasets: [{ folder_path: ${dataset} }]
      train: { steps: 750, lr: 0.0001 }
      sample:
        sample_every: 250
        samples:
          - prompt: a red apple, [trigger]
          - prompt: a green pear
meta: { name: "[name]", token: hf_abcdefghijklmnop }
`;

/** A job folder of the trainer with saves at these steps, `null` being the last. */
async function writeJob(name: string, steps: (number | null)[]): Promise<string> {
  const job = path.join(folder, name);
  const dataset = path.join(folder, `${name}-set`);
  await mkdir(path.join(job, 'samples'), { recursive: true });
  await mkdir(dataset, { recursive: true });
  await writeFile(path.join(job, 'config.yaml'), config(dataset));
  for (const [index, caption] of ['an apple', 'a pear'].entries()) {
    await sharp({ create: { width: 80, height: 64 + index, channels: 3, background: 'red' } })
      .png()
      .toFile(path.join(dataset, `${index}.png`));
    await writeFile(path.join(dataset, `${index}.txt`), caption);
  }
  for (const step of steps) await addSave(job, step);
  return job;
}

async function addSave(job: string, step: number | null): Promise<void> {
  const digits = step === null ? '' : `_${String(step).padStart(9, '0')}`;
  await copyFile(neon, path.join(job, `my_style_v1${digits}.safetensors`));
  for (const index of [0, 1]) {
    const name = `1700000000${index}__${String(step ?? 750).padStart(9, '0')}_${index}.jpg`;
    const background = { r: (step ?? 750) % 255, g: index * 99, b: 0 };
    await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .jpeg()
      .toFile(path.join(job, 'samples', name));
  }
}

describe('the folder of a job', () => {
  test('becomes a model: its configuration the request, its saves epochs with their previews, its set the training images', async () => {
    const job = await writeJob('first', [250, 500]);
    const result = await run({ kind: 'path', path: job });
    expect(result).toMatchObject({ epochs: 2, samples: 4, images: 2, isFinished: false, warnings: [] });
    const { registry } = opened;
    const model = await registry.models.get(asker, result.model);
    expect(model).toMatchObject({
      name: 'my_style_v1',
      base: 'demo',
      status: 'trained',
      source: 'ai-toolkit',
      sourceUrl: job,
      trigger: 'neonglow',
      trainingImageCount: 2,
      currentVersion: result.version,
    });
    const version = await registry.versions.find(result.version);
    expect(version).toMatchObject({ origin: 'imported', trigger: 'neonglow' });
    expect(JSON.stringify(version?.request)).toContain('"linear":16');
    expect(JSON.stringify(version?.request)).not.toContain('hf_abcdef');
    expect(version?.epochs.map(({ step, files, samples }) => [step, files.length, samples.length])).toEqual([
      [250, 1, 2],
      [500, 1, 2],
    ]);
    const samples = version?.epochs[1]?.samples.map(({ asset }) => asset) ?? [];
    const assets = await registry.assets.named(samples);
    expect(
      [...assets.values()].map(({ description, metadata, width }) => [description, metadata, width]),
    ).toEqual(
      expect.arrayContaining([
        ['a red apple, [trigger]', { step: 500, index: 0, prompt: 'a red apple, [trigger]' }, 64],
        ['a green pear', { step: 500, index: 1, prompt: 'a green pear' }, 64],
      ]),
    );
    const set = (await registry.sets.images([result.model])).get(result.model);
    expect(set?.map(({ caption, asset }) => [caption, asset.height])).toEqual([
      ['an apple', 64],
      ['a pear', 65],
    ]);
  });

  test('can be imported again while its training goes on: what has come since is added, what is half written is not', async () => {
    const job = await writeJob('growing', [250]);
    const first = await run({ kind: 'path', path: job });
    await opened.registry.models.update(asker, first.model, { pinnedEpoch: '250' });
    const half = path.join(job, 'my_style_v1_000000500.safetensors');
    await writeFile(half, (await readFile(neon)).subarray(0, 1_000_000));
    const again = { model: first.model, isKnown: true };
    const second = await run({ kind: 'path', path: job }, again);
    expect(second).toMatchObject({ epochs: 0, version: first.version, isFinished: false });
    expect(second.warnings).toEqual([
      expect.stringContaining('my_style_v1_000000500.safetensors was left out'),
    ]);
    await rm(half);
    await addSave(job, 500);
    await addSave(job, null);
    const third = await run({ kind: 'path', path: job }, again);
    expect(third).toMatchObject({
      epochs: 2,
      samples: 4,
      images: 0,
      version: first.version,
      isFinished: true,
    });
    const steps = (await opened.registry.versions.find(first.version))?.epochs.map(({ step }) => step);
    expect(steps?.slice(0, 2)).toEqual([250, 500]);
    expect(steps).toHaveLength(3);
    expect((await opened.registry.models.get(asker, first.model)).pinnedEpoch).toBe(1);
    const last = await run({ kind: 'path', path: job }, again);
    expect(last).toMatchObject({ epochs: 0, isFinished: true });
  });

  test.each<[string, Record<string, string>, string]>([
    ['without a save', { 'config.yaml': config('/none') }, 'no whole .safetensors file'],
    ['with another config.yaml', { 'config.yaml': 'a: 1' }, 'is no configuration of an ai-toolkit job'],
    ['with a broken config.yaml', { 'config.yaml': 'a: [' }, 'is no YAML'],
  ])('%s is refused', async (name, files, message) => {
    const job = path.join(folder, name);
    await mkdir(job);
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(job, file), text);
    await expect(run({ kind: 'path', path: job })).rejects.toThrow(message);
  });

  test('with a set that cannot be read here is imported without it, with a word', async () => {
    const job = await writeJob('elsewhere', [250]);
    await rm(`${job}-set`, { recursive: true });
    const result = await run({ kind: 'path', path: job });
    expect(result).toMatchObject({ epochs: 1, images: 0 });
    expect(result.warnings.join()).toContain('cannot be read here');
  });
});

describe('a file', () => {
  test('of a model whose weights are here is recognised by them', async () => {
    const result = await run({ kind: 'path', path: neon }, { name: 'Neon', tags: ['glow'] });
    const model = await opened.registry.models.get(asker, result.model);
    expect(model).toMatchObject({
      name: 'Neon',
      base: 'demo',
      tags: ['glow'],
      source: 'file',
      trigger: 'neonglow',
    });
  });

  test('that several base models share is refused with their ids, and taken with one of them', async () => {
    const file = path.join(folder, 'zimage.safetensors');
    await writeSafetensors(file, peftPair('diffusion_model.layers.0.attention.to_q', 3840, 3840));
    await expect(run({ kind: 'path', path: file })).rejects.toThrow('zimage, zimage_deturbo, zimage_turbo');
    const taken = await run({ kind: 'path', path: file }, { base: 'zimage_turbo' });
    expect((await opened.registry.models.get(asker, taken.model)).base).toBe('zimage_turbo');
    await expect(run({ kind: 'path', path: file }, { base: 'flux' })).rejects.toThrow('looks made for');
    await expect(run({ kind: 'path', path: file }, { base: 'zimgae' })).rejects.toThrow('Did you mean');
  });

  test('of one side of two experts takes the other with it', async () => {
    const pair = peftPair('diffusion_model.blocks.0.self_attn.q', 5120, 5120);
    const high = path.join(folder, 'video_high_noise.safetensors');
    await writeSafetensors(high, pair);
    await writeSafetensors(path.join(folder, 'video_low_noise.safetensors'), pair);
    const result = await run({ kind: 'path', path: high }, { base: 'wan22_14b_t2v' });
    const version = await opened.registry.versions.find(result.version);
    expect(version?.epochs[0]?.files.map(({ part }) => part)).toEqual(['high', 'low']);
    const [found] = await opened.registry.lookUpLoras(asker, [
      { path: result.model, scale: 0.5, expert: null },
    ]);
    expect(found?.map(({ expert, scale }) => [expert, scale])).toEqual([
      ['high', 0.5],
      ['low', 0.5],
    ]);
    const [low] = await opened.registry.lookUpLoras(asker, [{ path: result.model, scale: 1, expert: 'low' }]);
    expect(low?.map(({ expert }) => expert)).toEqual(['low']);
  });

  test('that is no LoRA, or gone, is refused', async () => {
    const page = path.join(folder, 'page.safetensors');
    await writeFile(page, '<!doctype html><html></html>');
    await expect(run({ kind: 'path', path: page })).rejects.toThrow('web page');
    await expect(run({ kind: 'path', path: `${page}x` })).rejects.toThrow('There is no "page.safetensorsx"');
    const upload = { kind: 'upload', sha256: 'f'.repeat(64), name: 'a.safetensors' } as const;
    await expect(run(upload)).rejects.toThrow('is gone');
  });
});
