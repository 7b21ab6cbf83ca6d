/** From pictures to a version that predictions run, by Replicate's official clients and the real engine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Replicate, { parseProgressFromLogs, type Training } from 'replicate';
import sharp from 'sharp';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { zipOf } from '../src/registry/intake/zip.fixture.ts';
import { python, root } from './harness/paths.ts';
import { decode, difference, testPattern } from './harness/pictures.ts';
import { type PythonClient, pythonClient } from './harness/python-clients.ts';
import { runOrThrow } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const replicate = new Replicate({
  auth: 'none',
  baseUrl: `${server.url}/replicate/v1`,
  useFileOutput: false,
});
const outputSchema = z.object({
  version: z.templateLiteral([z.string(), '/', z.string(), ':', z.string()]),
  weights: z.url(),
});

const name = `tok-${process.pid}`;
const pictures = await Promise.all([64, 80].map((width) => testPattern(width, 64)));
const zip = zipOf(
  pictures.flatMap((picture, index) => [
    { name: `set/${index}.png`, content: picture },
    { name: `set/${index}.txt`, content: `TOK thing ${index}` },
  ]),
);
/** As short as a training can be that changes anything. */
const brief = { steps: 8, lora_rank: 4, learning_rate: 0.02, resolution: '64', batch_size: 2 };

async function start(input: object): Promise<Training> {
  const { latest_version: version } = await replicate.models.get('darkroom', 'demo');
  const file = await replicate.files.create(
    new File([Uint8Array.from(zip)], 'pictures.zip', { type: 'application/zip' }),
  );
  return replicate.trainings.create('darkroom', 'demo', version?.id ?? '', {
    destination: `local/${name}`,
    input: { input_images: file.urls.get, trigger_word: 'TOK', ...brief, ...input },
  });
}

async function until(id: string, wanted: (now: Training) => boolean): Promise<Training> {
  for (const ends = Date.now() + 200_000; ; ) {
    const now = await replicate.trainings.get(id);
    if (wanted(now)) return now;
    if (now.status === 'failed' || Date.now() > ends) throw new Error(JSON.stringify(now));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function namesInTar(url: string): Promise<string[]> {
  const names: string[] = [];
  const tar = extract();
  const { body } = await fetch(url);
  const reading = pipeline(Readable.from(body ?? []), tar);
  for await (const entry of tar) {
    names.push(entry.header.name);
    entry.resume();
  }
  await reading;
  return names;
}

const picture = async (run: object): Promise<Buffer> => {
  const [url] = z.array(z.string()).parse(run);
  return sharp(await (await fetch(url ?? '')).arrayBuffer())
    .png()
    .toBuffer();
};

test('a training ends in a version of its destination, which predictions run', async () => {
  await replicate.models.create('local', name, { visibility: 'private', hardware: 'cpu' });
  const created = await start({});
  expect(created).toMatchObject({ status: 'starting', output: null });
  const ended = await until(created.id, ({ status }) => status === 'succeeded');
  expect(parseProgressFromLogs(ended.logs ?? '')).toMatchObject({ percentage: 1, current: 8, total: 8 });
  const { version, weights } = outputSchema.parse(ended.output);
  expect(version).toMatch(new RegExp(`^local/${name}:[0-9a-f]{64}$`));
  const { latest_version: latest } = await replicate.models.get('local', name);
  expect(version).toBe(`local/${name}:${latest?.id}`);
  expect(await namesInTar(weights)).toEqual([
    'output/flux_train_replicate/lora.safetensors',
    'output/flux_train_replicate/config.yaml',
    'output/flux_train_replicate/captions/0001_0.txt',
    'output/flux_train_replicate/captions/0002_1.txt',
  ]);
  const input = { prompt: 'TOK thing', seed: 7, num_inference_steps: 2, output_format: 'png' };
  const [own, base, weak] = [
    await picture(await replicate.run(version, { input })),
    await picture(await replicate.run('darkroom/demo', { input })),
    await picture(await replicate.run(version, { input: { ...input, lora_scale: 0 } })),
  ];
  expect(difference(await decode(own), await decode(base))).toBeGreaterThan(0);
  expect(difference(await decode(weak), await decode(base))).toBe(0);
});

test('one that is canceled leaves no version behind', async () => {
  const created = await start({ steps: 6000 });
  await until(created.id, ({ logs }) => /\| [1-9]\d*\/6000/.test(logs ?? ''));
  await replicate.trainings.cancel(created.id);
  const ended = await until(created.id, ({ status }) => status === 'canceled');
  expect(ended.output ?? null).toBeNull();
  const { results } = await replicate.models.versions.list('local', name);
  expect(results).toHaveLength(1);
  const { results: trainings } = await replicate.trainings.list();
  expect(trainings.map(({ id }) => id)).toContain(created.id);
});

test('the clients of Python train, and cancel', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-pictures-'));
  const file = path.join(folder, 'pictures.zip');
  await writeFile(file, zip);
  const destination = `local/snake-${process.pid}`;
  const seen = async (client: PythonClient): Promise<unknown> => {
    const script = path.join(root, 'tests', 'clients', `replicate_${client}_training.py`);
    const env = { PYTHONPATH: await pythonClient(client) };
    return JSON.parse((await runOrThrow(python, [script, server.url, file, destination], { env })).stdout);
  };
  expect(await seen('one')).toEqual({
    begun: 'starting',
    ended: 'succeeded',
    progress: '100%',
    latest: true,
    again: ['succeeded', true],
    listed: true,
    picture: [128, 128],
    weights: expect.stringMatching(/\/replicate\/v1\/trainings\/\w{26}\/trained_model\.tar/),
  });
  expect(await seen('two')).toEqual({
    begun: 'starting',
    ended: 'canceled',
    output: null,
    succeeded: expect.arrayContaining([destination]),
  });
  await rm(folder, { recursive: true });
});
