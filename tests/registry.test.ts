/** What a person does with the registry: import what was trained, see it, render any epoch of it, take it out again. */
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { call, refusal } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { bodyOf, look, loraForms, models } from './harness/models.ts';
import { node, root } from './harness/paths.ts';
import { difference } from './harness/pictures.ts';
import { runOrThrow, runProgram } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const [neon = '', pencil = ''] = demo.loras;
const modelOf = (id: string) => {
  const entry = models.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`no model ${id}`);
  return entry;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-registry-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const darkroom = async (...args: string[]): Promise<string> => {
  const where = ['--server', server.url];
  return (await runOrThrow(node, [path.join(root, 'src', 'main.ts'), ...args, ...where], { cwd: folder }))
    .stdout;
};

/** A job folder of the trainer: a save of one LoRA, then of another, with a preview each. */
async function writeJob(): Promise<string> {
  const job = path.join(folder, 'my_style');
  await mkdir(path.join(job, 'samples'), { recursive: true });
  const config = {
    config: {
      name: 'my_style',
      process: [
        {
          trigger_word: 'neonglow',
          model: { name_or_path: 'darkroom/demo', arch: 'flux' },
          train: { steps: 500 },
          sample: { prompts: ['a red apple, [trigger]'] },
        },
      ],
    },
  };
  await writeFile(path.join(job, 'config.yaml'), JSON.stringify(config));
  for (const [step, lora] of [
    ['000000250', neon],
    ['000000500', pencil],
  ] as const) {
    await copyFile(lora, path.join(job, `my_style_${step}.safetensors`));
    const background = { r: Number(step) % 255, g: 9, b: 9 };
    await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .jpeg()
      .toFile(path.join(job, 'samples', `1700000000000__${step}_0.jpg`));
  }
  return job;
}

const modelAnswer = z.object({
  id: z.string(),
  full_name: z.string(),
  versions: z.array(
    z.object({
      epochs: z.array(
        z.object({ step: z.int(), lora_path: z.string(), samples: z.array(z.object({ url: z.string() })) }),
      ),
    }),
  ),
});

test('a job folder is imported, and each of its epochs renders as its plain file does', async () => {
  const entry = modelOf('demo');
  const told = await darkroom('import', await writeJob(), '--json');
  const model = modelAnswer.parse(JSON.parse(told));
  const epochs = model.versions[0]?.epochs ?? [];
  expect(epochs.map(({ step, samples }) => [step, samples.length])).toEqual([
    [250, 1],
    [500, 1],
  ]);
  for (const [index, lora] of [neon, pencil].entries()) {
    const plain = await look(server, entry, [{ path: lora, network_multiplier: 0.8 }]);
    const asked = [{ path: epochs[index]?.lora_path ?? '', network_multiplier: 0.8 }];
    expect(difference(plain, await look(server, entry, asked))).toBe(0);
  }
  const last = await look(server, entry, [{ path: pencil }]);
  expect(difference(last, await look(server, entry, [{ path: model.id }]))).toBe(0);
  expect(difference(last, await look(server, entry, [{ path: model.full_name }]))).toBe(0);
  const preview = await fetch(epochs[0]?.samples[0]?.url ?? '');
  expect([preview.status, preview.headers.get('content-type')]).toEqual([200, 'image/jpeg']);

  const again = await darkroom('import', path.join(folder, 'my_style'));
  expect(again).toContain(model.id);
  expect(await darkroom('models', 'list', '--search', 'my_style')).toContain(model.full_name);
  expect(await darkroom('models', 'show', model.id)).toContain(`step 250: ${model.id}@250`);
  const file = path.join(folder, 'out.zip');
  await darkroom('models', 'download', model.id, '--output', file);
  expect((await stat(file)).size).toBeGreaterThan((await stat(pencil)).size);
  await darkroom('models', 'delete', model.id);
  const refused = await refusal(server, bodyOf(entry, [{ path: model.id }]));
  expect(refused).toMatchObject({ code: 'LORA_NOT_FOUND', status: 400 });
  await darkroom('models', 'restore', model.id);
  expect(difference(last, await look(server, entry, [{ path: model.id }]))).toBe(0);
});

async function importPath(file: string, base: string): Promise<string> {
  const body = { path: file, base };
  const accepted = await call(server, 'POST', '/v1/registry/import', body);
  const { model, status_url } = z.object({ model: z.string(), status_url: z.string() }).parse(accepted.body);
  for (;;) {
    const { status } = z.object({ status: z.string() }).parse(await (await fetch(status_url)).json());
    if (status === 'succeeded') return model;
    if (status !== 'in_queue' && status !== 'in_progress') throw new Error(status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a model with two experts stands for both of its files', async () => {
  const entry = modelOf('wan22_14b_t2v');
  const [high, low] = loraForms(server, entry);
  if (high === undefined || low === undefined) throw new Error('one file for each side');
  const model = await importPath(path.join(server.loras, high.path), entry.id);
  const both = await look(server, entry, [high, low]);
  expect(difference(both, await look(server, entry, [{ path: model }]))).toBe(0);
});

test('a composition renders as its LoRAs at their strengths', async () => {
  const entry = modelOf('demo');
  const [a, b] = [await importPath(neon, 'demo'), await importPath(pencil, 'demo')];
  const body = {
    name: 'Both',
    concepts: [
      { model: a, scale: 0.5 },
      { model: b, scale: -0.25 },
    ],
  };
  const made = await call(server, 'POST', '/v1/registry/models', body);
  const { id } = z.object({ id: z.string() }).parse(made.body);
  const plain = await look(server, entry, [
    { path: neon, network_multiplier: 0.5 * 0.5 },
    { path: pencil, network_multiplier: -0.25 * 0.5 },
  ]);
  expect(difference(plain, await look(server, entry, [{ path: id, network_multiplier: 0.5 }]))).toBe(0);
  const ofPrompt = await look(server, entry, [{ path: id }], { network_multiplier: 0.5 });
  expect(difference(plain, ofPrompt)).toBe(0);
});

test('the command line says what is wrong', async () => {
  const main = path.join(root, 'src', 'main.ts');
  const { code, stderr } = await runProgram(node, [main, 'import', 'nowhere', '--server', server.url]);
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('There is no file or folder')]);
  const gone = await runProgram(node, [main, 'models', 'show', 'model_x', '--server', 'http://127.0.0.1:9']);
  expect(gone.stderr).toContain('No server answers at http://127.0.0.1:9');
});
