/** The folder of a job as ai-toolkit leaves it, with a LoRA of our own trainer: saves, previews as JPEG, and the configuration. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { z } from 'zod';
import { modelDetailsSchema } from '../../src/http/native/schemas/registry-schema.ts';
import { trainingResponseSchema } from '../../src/http/native/schemas/training-schema.ts';
import { call, download, render } from './client.ts';
import { testPattern } from './pictures.ts';
import type { ServerFacts } from './server.ts';

export const job = {
  name: 'zorp',
  steps: [12, 24],
  prompts: ['[trigger] red apple', 'a green [trigger] pear', 'a blue [trigger]'],
} as const;

const size = { width: 64, height: 64, sample_steps: 4, guidance_scale: 3.5 };
const filled = job.prompts.map((prompt, index) => ({
  prompt: prompt.replace('[trigger]', job.name),
  seed: 42 + index,
  ...size,
}));

/** Pillow's quality, and its subsampling. */
export const asPreview = (png: Buffer): Promise<Buffer> =>
  sharp(png).jpeg({ quality: 75, chromaSubsampling: '4:2:0' }).toBuffer();

export const sampleName = (step: number, index: number): string =>
  `17000000000${String(index).padStart(2, '0')}__${String(step).padStart(9, '0')}_${index}.jpg`;
export const saveName = (step: number): string => `${job.name}_${String(step).padStart(9, '0')}.safetensors`;

export function configOf(
  changes: Record<string, unknown> = {},
  process: Record<string, unknown> = {},
): string {
  const sample = {
    sampler: 'flowmatch',
    width: 64,
    height: 64,
    seed: 42,
    walk_seed: true,
    guidance_scale: 3.5,
    sample_steps: 4,
    prompts: job.prompts,
    ...changes,
  };
  const model = { name_or_path: 'darkroom/demo', arch: 'demo' };
  return JSON.stringify({
    job: 'extension',
    config: { name: job.name, process: [{ trigger_word: job.name, model, sample, ...process }] },
  });
}

/** With previews of step 0 and of each save. Returns the id of the training. */
export async function writeTrainerFolder(server: ServerFacts, folder: string): Promise<string> {
  const training = await trained(server);
  await mkdir(path.join(folder, 'samples'), { recursive: true });
  await writeFile(path.join(folder, 'config.yaml'), configOf());
  const base = await render(server, {
    model: 'demo',
    base_only: true,
    output_format: 'png',
    prompts: filled,
  });
  for (const [index, png] of base.files.entries()) await keepSample(folder, 0, index, png);
  const answer = await call(server, 'GET', `/v1/registry/models/${training.model}`);
  const epochs = modelDetailsSchema.parse(answer.body).versions[0]?.epochs ?? [];
  for (const { step, files } of epochs)
    for (const { url } of files) await writeFile(path.join(folder, saveName(step)), await download(url));
  for (const { step, samples } of training.epochs)
    for (const { url, index } of samples) await keepSample(folder, step, index, await download(url));
  return training.training_id;
}

async function keepSample(folder: string, step: number, index: number, png: Buffer): Promise<void> {
  await writeFile(path.join(folder, 'samples', sampleName(step, index)), await asPreview(png));
}

async function trained(server: ServerFacts): Promise<z.infer<typeof trainingResponseSchema>> {
  const form = new FormData();
  const body = {
    ...{ base: 'demo', name: job.name, trigger_word: job.name, steps: 24, save_every: 12, rank: 4, seed: 5 },
    ...{
      learning_rate: 0.02,
      batch_size: 1,
      resolutions: [128],
      preserve: 'none',
      samples: { prompts: filled },
    },
  };
  form.set('request', JSON.stringify(body));
  form.append('file', new Blob([Buffer.from(await testPattern(128, 128))]), '0.png');
  form.append('file', new Blob([`${job.name} red apple`]), '0.txt');
  const answer = await fetch(`${server.url}/v1/trainings`, { method: 'POST', body: form });
  const started = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(started));
  const { training_id: id } = trainingResponseSchema.parse(started);
  for (;;) {
    const now = trainingResponseSchema.parse((await call(server, 'GET', `/v1/trainings/${id}`)).body);
    if (now.status === 'succeeded') return now;
    if (now.status === 'failed') throw new Error(now.error ?? 'the training failed');
    await sleep(300);
  }
}
