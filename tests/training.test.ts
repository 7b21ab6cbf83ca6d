/** Trainings from pictures to renders, on the demo model: what becomes of a set, and what outlives a pause and a kill. */
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { model as kontext } from '../src/catalog/models/flux_kontext.ts';
import { modelDetailsSchema } from '../src/http/native/schemas/registry-schema.ts';
import { errorResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { trainingResponseSchema } from '../src/http/native/schemas/training-schema.ts';
import { call, download, refusal, render, submit, waitUntil } from './harness/client.ts';
import { node, root } from './harness/paths.ts';
import { decode, difference, testPattern } from './harness/pictures.ts';
import { runOrThrow } from './harness/run-program.ts';
import { logOf, type Server, startServer } from './harness/server.ts';

type Training = z.infer<typeof trainingResponseSchema>;

/** A model that edits, whose samples are small: an entry in a folder of its own. */
const smallEditor = {
  ...kontext,
  id: 'small_editor',
  defaults: { ...kontext.defaults, sample_steps: 2, width: 64, height: 64 },
};

async function writeSmallEditor(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-editor-'));
  await writeFile(path.join(folder, `${smallEditor.id}.json`), JSON.stringify(smallEditor));
  return folder;
}

let catalog: string;
let server: Server;
beforeAll(async () => {
  catalog = await writeSmallEditor();
  server = await startServer({ env: { CATALOG_PATH: catalog } });
}, 400_000);
afterAll(async () => {
  await server.remove();
  await rm(catalog, { recursive: true });
});

const pictures = await Promise.all([128, 144, 160].map((width) => testPattern(width, 128)));
const prompt = { prompt: 'zorp red apple', width: 64, height: 64, sample_steps: 2, seed: 7 };
/** Of a test, which `until` ends before that where nothing moves. */
const usual = 900_000;
/** Long enough to be paused and killed in the middle. */
const request = {
  base: 'demo',
  name: 'Zorp',
  trigger_word: 'zorp',
  steps: 60,
  save_every: 30,
  rank: 4,
  seed: 5,
  learning_rate: 0.01,
  batch_size: 2,
  resolutions: [128],
  preserve: 'none',
  samples: { prompts: [prompt] },
};

async function post(body: object, files: Record<string, Buffer | string>) {
  const form = new FormData();
  form.set('request', JSON.stringify(body));
  for (const [name, content] of Object.entries(files))
    form.append('file', new Blob([Buffer.from(content)]), name);
  const answer = await fetch(`${server.url}/v1/trainings`, { method: 'POST', body: form });
  return { status: answer.status, body: await answer.json() };
}

const set: Record<string, Buffer | string> = Object.fromEntries(
  pictures.flatMap((picture, index): [name: string, content: Buffer | string][] => [
    [`${index}.png`, picture],
    [`${index}.txt`, `zorp thing ${index}`],
  ]),
);

async function start(body: object = request): Promise<Training> {
  const answer = await post(body, set);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return trainingResponseSchema.parse(answer.body);
}

/** How long nothing may change: a busy machine takes its time, and gets on. */
const stillMs = 150_000;

async function until(id: string, wanted: (now: Training) => boolean): Promise<Training> {
  for (let [last, ends] = ['', 0]; ; ) {
    const now = trainingResponseSchema.parse((await call(server, 'GET', `/v1/trainings/${id}`)).body);
    if (wanted(now)) return now;
    const stand = JSON.stringify([now.status, now.step, now.progress, now.epochs]);
    if (stand !== last) [last, ends] = [stand, Date.now() + stillMs];
    if (now.status === 'failed' || Date.now() > ends)
      throw new Error(`${JSON.stringify(now)}\n${logOf(server).slice(-4000)}`);
    await sleep(50);
  }
}

const succeeded = (now: Training): boolean => now.status === 'succeeded';

/** Hashes of the files of its epochs, by step. */
async function files({ model, version }: Training): Promise<[step: number, sha256: string][]> {
  const { body } = await call(server, 'GET', `/v1/registry/models/${model}`);
  const { versions } = modelDetailsSchema.parse(body);
  const own = versions.find(({ id }) => id === version);
  return (own?.epochs ?? []).map(({ step, files: [file] }) => [step, file?.sha256 ?? '']);
}

let undisturbed: Training;
/** What the model makes of the prompt without a LoRA. */
let base: Awaited<ReturnType<typeof decode>>;
/** Another model that has been trained. */
let spare: string;

describe('a training', () => {
  test(
    'makes epochs with samples',
    async () => {
      const { training_id: id, warnings } = await start();
      expect(warnings).toEqual([]);
      undisturbed = await until(id, succeeded);
      expect(undisturbed).toMatchObject({ step: 60, steps: 60, pictures: 3, trigger_word: 'zorp' });
      expect(undisturbed.epochs.map(({ number, step, samples }) => [number, step, samples.length])).toEqual([
        [1, 30, 1],
        [2, 60, 1],
      ]);
    },
    usual,
  );

  test(
    'has samples that are, pixel for pixel, what the same request renders with the epoch',
    async () => {
      const body = { model: 'demo', output_format: 'png', prompts: [prompt] };
      const bare = await render(server, { ...body, base_only: true });
      base = await decode(bare.files[0] ?? Buffer.alloc(0));
      for (const { lora, samples } of undisturbed.epochs) {
        const sample = await decode(await download(samples[0]?.url ?? ''));
        const again = await render(server, { ...body, loras: [{ path: lora }] });
        const rendered = await decode(again.files[0] ?? Buffer.alloc(0));
        expect(difference(rendered, sample)).toBe(0);
        expect(difference(rendered, base)).toBeGreaterThan(0);
      }
    },
    usual,
  );

  test(
    'that has ended is extended, in the bits of one that was as long from the start',
    async () => {
      const short = await start({ ...request, name: 'Short', steps: 20, save_every: 20 });
      const { training_id: id, model } = await until(short.training_id, succeeded);
      const extend = (steps: number) => call(server, 'POST', `/v1/trainings/${id}/extend`, { steps });
      const answer = await extend(40);
      expect(answer.status).toBe(200);
      const begun = trainingResponseSchema.parse(answer.body);
      expect(begun).toMatchObject({ model, continues: id, step: 20, steps: 60 });
      expect((await extend(20)).status).toBe(409);
      const extended = await until(begun.training_id, succeeded);
      expect(extended.epochs.map(({ step, samples }) => [step, samples.length])).toEqual([
        [40, 1],
        [60, 1],
      ]);
      const { body: details } = await call(server, 'GET', `/v1/registry/models/${model}`);
      expect(modelDetailsSchema.parse(details).versions.map(({ id: version }) => version)).toEqual([
        extended.version,
        short.version ?? expect.any(String),
      ]);
      const [a, b] = await Promise.all(
        [extended, undisturbed].map(async (training) =>
          decode(await download(training.epochs.at(-1)?.samples[0]?.url ?? '')),
        ),
      );
      if (a === undefined || b === undefined) throw new Error('There is no sample.');
      expect(difference(a, b)).toBe(0);
      expect((await extend(40_000)).status).toBe(422);
      spare = model;
    },
    usual,
  );

  test(
    'that is paused, then killed with its server, and lets a render in between, ends in the same bits',
    async () => {
      const { training_id: id } = await start();
      await until(id, ({ step }) => step > 0);
      await call(server, 'POST', `/v1/trainings/${id}/pause`);
      const paused = await until(id, ({ status }) => status === 'paused');
      expect(paused.step).toBeLessThan(60);
      await sleep(1500);
      expect(await until(id, () => true)).toMatchObject({ status: 'paused', step: paused.step });
      await call(server, 'POST', `/v1/trainings/${id}/resume`);
      await until(id, ({ step }) => step > paused.step);
      await server.kill();
      server = await startServer({
        data: server.data,
        env: { CATALOG_PATH: catalog, TRAINING_SHARE: 'idle' },
      });
      await until(id, ({ status, progress }) => status === 'in_progress' && progress?.phase === 'training');
      const body = { model: 'demo', output_format: 'png', prompts: [prompt], base_only: true };
      const between = await decode((await render(server, body)).files[0] ?? Buffer.alloc(0));
      expect(difference(between, base)).toBe(0);
      expect((await until(id, () => true)).status).not.toBe('succeeded');
      const ended = await until(id, succeeded);
      expect(await files(ended)).toEqual(await files(undisturbed));
      expect(ended.epochs.map(({ step, samples }) => [step, samples.length])).toEqual([
        [30, 1],
        [60, 1],
      ]);
      const events = await (await fetch(ended.events_url)).text();
      expect(events.match(/^event: epoch$/gm)).toHaveLength(2);
    },
    usual,
  );
});

test(
  'requests that wait for a model, and run with it, outlive the model',
  async () => {
    const body = (sample_steps: number) => ({
      model: 'demo',
      prompts: [{ ...prompt, sample_steps }],
      loras: [{ path: spare }],
    });
    const running = await submit(server, body(150));
    await waitUntil(server, running.request_id, ({ status }) => status === 'in_progress');
    const waiting = await submit(server, body(2));
    expect((await call(server, 'DELETE', `/v1/registry/models/${spare}`)).status).toBe(200);
    expect(await refusal(server, body(2))).toMatchObject({ status: 400, code: 'LORA_NOT_FOUND' });
    for (const { request_id: id } of [running, waiting])
      await waitUntil(server, id, ({ status }) => status === 'succeeded');
  },
  usual,
);

describe('what cannot be trained is refused with a reason', () => {
  test.each([
    [
      'an engine that is not there',
      { base: 'demo', engine: 'ai-toolkit' },
      'TRAINING_UNSUPPORTED',
      /ai-toolkit does not train LoRAs of demo/,
    ],
    [
      'a model without a method',
      { base: 'omnigen2' },
      'TRAINING_UNSUPPORTED',
      /omnigen2 are trained by ai-toolkit here, and AI_TOOLKIT_PATH names no checkout/,
    ],
    ['a model that is not there', { base: 'dem' }, 'MODEL_NOT_FOUND', /demo/],
    ['no model', {}, 'INVALID_REQUEST', /names no model/],
    ['pairs that are missing', { base: 'flux_kontext' }, 'DATASET_INVALID', /control/],
  ])('%s', async (_, body, code, message) => {
    const answer = await post(body, set);
    expect(answer.status).toBe(code === 'INVALID_REQUEST' ? 422 : 400);
    const { error } = errorResponseSchema.parse(answer.body);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('darkroom train', () => {
  const train = async (...args: string[]) => {
    const env = { DARKROOM_DATA: server.data, PATH: process.env.PATH ?? '' };
    const command = [path.join(root, 'src', 'main.ts'), 'train', ...args, '--server', server.url];
    return (await runOrThrow(node, command, { cwd: server.data, env })).stdout;
  };

  test(
    'goes from a folder to a file and the command that renders with it',
    async () => {
      const folder = path.join(server.data, 'pictures');
      await mkdir(folder);
      for (const [name, content] of Object.entries(set)) await writeFile(path.join(folder, name), content);
      const flags = [
        '--steps',
        '2',
        '--rank',
        '4',
        '--lr',
        '0.001',
        '--resolution',
        '64',
        '--sample',
        "it's a zorp",
      ];
      const said = await train(
        folder,
        '--base',
        'demo',
        '--trigger',
        'zorp',
        '--name',
        'From here',
        ...flags,
      );
      expect(said).toMatch(/From here \(model_\w+\), for demo\n {2}step 1: model_\w+@000001.*\n {2}step 2: /);
      expect(said).toContain(
        "darkroom render --model demo --lora from-here.safetensors --prompt 'it'\\''s a zorp'",
      );
      await access(path.join(server.data, 'from-here.safetensors'));
    },
    usual,
  );

  test(
    'trains a model that edits on the pictures of two folders',
    async () => {
      const [results, originals] = ['results', 'originals'].map((name) => path.join(server.data, name));
      if (results === undefined || originals === undefined) throw new Error('There are two.');
      for (const [index, folder] of [results, originals].entries()) {
        await mkdir(folder);
        for (const name of ['a', 'b'])
          await writeFile(
            path.join(folder, `${name}.png`),
            await testPattern(64 + 32 * index, name === 'a' ? 64 : 96),
          );
      }
      const flags = ['--base', smallEditor.id, '--pairs', originals, '--steps', '1', '--rank', '2'];
      const ended = await train(results, ...flags, '--resolution', '64', '--sample', 'x', '--json');
      expect(trainingResponseSchema.parse(JSON.parse(ended))).toMatchObject({
        base: smallEditor.id,
        pictures: 2,
        status: 'succeeded',
        epochs: [{ step: 1, samples: [{ index: 0 }] }],
      });
      await expect(train(results, '--base', smallEditor.id, '--pairs', 'nowhere')).rejects.toThrow(/nowhere/);
    },
    usual,
  );

  test(
    'trains a model again, and cancels',
    async () => {
      const { model } = undisturbed;
      const folder = path.join(server.data, 'again');
      await mkdir(folder, { recursive: true });
      for (const [name, content] of Object.entries(set)) await writeFile(path.join(folder, name), content);
      const short = [
        '--steps',
        '3',
        '--save-every',
        '1',
        '--keep',
        '2',
        '--rank',
        '4',
        '--resolution',
        '64',
        '--json',
      ];
      const again = trainingResponseSchema.parse(JSON.parse(await train(folder, '--model', model, ...short)));
      expect(again).toMatchObject({ model, trigger_word: 'zorp', steps: 3 });
      expect(again.epochs.map(({ number, step }) => [number, step])).toEqual([
        [2, 2],
        [3, 3],
      ]);
      const long = await start();
      expect(await train('--cancel', long.training_id)).toContain('It is canceled.');
      await until(long.training_id, ({ status }) => status === 'canceled');
    },
    usual,
  );

  test(
    'names every file that cannot be used, and every one that is not there',
    async () => {
      const folder = path.join(server.data, 'bad');
      await mkdir(folder);
      for (const name of ['a.png', 'b.jpg', 'c.webp', 'd.png', 'e.png'])
        await writeFile(path.join(folder, name), 'no picture');
      await expect(train(folder, '--base', 'demo')).rejects.toThrow(
        /a\.png: [\s\S]*b\.jpg: [\s\S]*c\.webp: [\s\S]*d\.png: [\s\S]*e\.png: /,
      );
      await expect(train('one.zip', 'two.png', '--base', 'demo')).rejects.toThrow(/"one\.zip", "two\.png"/);
    },
    usual,
  );
});
