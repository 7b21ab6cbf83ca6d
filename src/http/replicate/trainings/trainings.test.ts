/** Models of the project and trainings into them, by Replicate's words, without training. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nothingInMemory } from '../../../../tests/support/sample-job.ts';
import { type FileHost, startFileHost } from '../../../loras/sources/file-host.fixture.ts';
import { importTaskSchema } from '../../../registry/import/import-task.ts';
import { runImport } from '../../../registry/import/run-import.ts';
import { zipOf } from '../../../registry/intake/zip.fixture.ts';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { nativeDialect } from '../../native/native-dialect.ts';
import { neonFile } from '../neon-lora.fixture.ts';
import { replicateDialect } from '../replicate-dialect.ts';

const dialects = [nativeDialect, replicateDialect];
let server: TestApp;
let pictures: string;
let demo: string;

beforeAll(async () => {
  server = await openTestApp({}, null, dialects);
  const picture = await sharp({ create: { width: 96, height: 96, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const zip = zipOf([
    { name: 'a.png', content: picture },
    { name: 'a.txt', content: 'a TOK thing' },
  ]);
  pictures = `data:application/zip;base64,${zip.toString('base64')}`;
  const { read } = await ask('GET', '/models/darkroom/demo');
  demo = `/models/darkroom/demo/versions/${read.latest_version.id}/trainings`;
});
afterAll(() => server.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'QUERY';

async function ask(method: Method, path: string, body?: unknown, type = 'application/json', asked = server) {
  const answer = await asked.app.inject({
    method,
    url: `/replicate/v1${path}`,
    headers: { 'content-type': type },
    ...(body === undefined
      ? {}
      : { payload: type === 'application/json' ? JSON.stringify(body) : String(body) }),
  });
  return { status: answer.statusCode, read: answer.body === '' ? null : JSON.parse(answer.body) };
}

const newModel = (name: string, more: object = {}) =>
  ask('POST', '/models', { owner: 'local', name, visibility: 'private', hardware: 'cpu', ...more });

const train = (destination: string, input: object = {}, rest: object = {}) =>
  ask('POST', demo, { destination, input: { input_images: pictures, ...input }, ...rest });

const pretrained = 'skip_training_and_use_pretrained_hf_lora_url';
const hub = 'https://huggingface.co';
const file = 'me/neon/resolve/main/lora.safetensors';

describe('models', () => {
  test('are made, found, changed and deleted', async () => {
    const made = await newModel('tok', { description: 'Mine.', github_url: 'https://a.test/b' });
    expect(made).toMatchObject({
      status: 201,
      read: {
        owner: 'local',
        name: 'tok',
        description: 'Mine.',
        visibility: 'private',
        github_url: 'https://a.test/b',
        paper_url: null,
        latest_version: null,
        run_count: 0,
      },
    });
    expect((await ask('GET', '/models/local/tok')).read).toEqual(made.read);
    expect((await ask('GET', '/models/local/tok/versions')).read.results).toEqual([]);
    const changed = await ask('PATCH', '/models/local/tok', {
      readme: '# Tok',
      paper_url: 'https://a.test/p',
    });
    expect(changed.read).toMatchObject({ github_url: 'https://a.test/b', paper_url: 'https://a.test/p' });
    const readme = await server.app.inject('/replicate/v1/models/local/tok/readme');
    expect(readme.body).toBe('# Tok');
    expect((await ask('GET', '/models/local/tok/examples')).read.results).toEqual([]);
    for (const words of ['tok', '"tok"']) {
      const found = await ask('QUERY', '/models', words, 'text/plain');
      expect(found.read.results.map(({ name }: { name: string }) => name)).toContain('tok');
    }
    const search = await ask('GET', '/search?query=dem');
    expect(search.read).toMatchObject({
      query: 'dem',
      collections: [],
      models: [{ model: { name: 'demo' } }],
    });
    expect((await newModel('tok')).status).toBe(409);
    expect((await ask('DELETE', '/models/local/tok')).status).toBe(204);
    expect((await ask('GET', '/models/local/tok')).status).toBe(404);
  });

  test.each([
    ['of another owner', { owner: 'me' }, 'owner', 'makes models of local'],
    ['with a name that is none', { name: 'My Model' }, 'name', 'lower-case'],
    ['without its visibility', { visibility: undefined }, '', 'visibility is required'],
    ['with a field of nobody', { speed: 1 }, '', 'Additional property speed'],
  ])('%s are refused', async (_, more, field, description) => {
    const { status, read } = await newModel('x', more);
    expect(status).toBe(422);
    expect(read.invalid_fields[0]).toMatchObject({
      field,
      description: expect.stringContaining(description),
    });
  });

  test('of the catalog do not change', async () => {
    expect((await ask('PATCH', '/models/darkroom/demo', { readme: 'x' })).status).toBe(403);
    expect((await ask('DELETE', '/models/darkroom/demo')).status).toBe(403);
  });

  test('have neither collections nor deployments beside them', async () => {
    for (const path of ['/collections', '/deployments'])
      expect((await ask('GET', path)).read).toEqual({ next: null, previous: null, results: [] });
    expect((await ask('GET', '/collections/mine')).status).toBe(404);
    expect((await ask('GET', '/deployments/me/mine')).status).toBe(404);
    expect(await ask('POST', '/deployments', {})).toMatchObject({ status: 501, read: { status: 501 } });
  });
});

describe('a training', () => {
  test('is answered with all that clients read of it, and canceled without a version', async () => {
    await newModel('mine');
    const input = { steps: 5, hf_token: 'hf_secretsecretsecret', wandb_project: 'x', colour: 'red' };
    const { status, read } = await train('local/mine', input, { webhook: 'https://hook.test/?job=1' });
    expect(status, JSON.stringify(read)).toBe(201);
    expect(read).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{26}$/),
      model: 'darkroom/demo',
      destination: 'local/mine',
      version: demo.split('/').at(-2),
      output: null,
      error: null,
      status: 'starting',
      metrics: {},
      input: { steps: 5, hf_token: '[redacted]', input_images: expect.stringContaining('application/zip') },
      webhook_events_filter: ['start', 'output', 'logs', 'completed'],
    });
    expect(read.logs).toContain('Not used: hf_token, wandb_project.');
    expect(read.logs).toContain('The trainer has no input colour: not used.');
    const job = await server.jobs.get(read.id.toUpperCase());
    expect(job?.task).toMatchObject({
      plan: { settings: { steps: 5, save_steps: [5], trigger: 'TOK', rank: 16 } },
    });
    expect((await ask('GET', `/trainings/${read.id}`)).read).toEqual(read);
    expect((await ask('GET', `/predictions/${read.id}`)).read).toEqual(read);
    expect((await ask('GET', '/trainings')).read.results[0].id).toBe(read.id);
    expect((await ask('GET', '/predictions')).read.results).toEqual([]);
    expect((await train('local/mine')).status).toBe(409);
    const canceled = await ask('POST', `/trainings/${read.id}/cancel`);
    expect(canceled).toMatchObject({ status: 200, read: { status: 'canceled', output: null } });
    expect((await ask('POST', `/predictions/${read.id}/cancel`)).read).toEqual(canceled.read);
    expect((await ask('GET', '/models/local/mine')).read.latest_version).toBeNull();
    const weights = await server.app.inject(`/replicate/v1/trainings/${read.id}/trained_model.tar`);
    expect(weights.statusCode).toBe(404);
    const run = await ask('POST', '/models/local/mine/predictions', { input: { prompt: 'x' } });
    expect(run).toMatchObject({
      status: 422,
      read: { detail: expect.stringContaining('has no version to run') },
    });
  });

  test('says how far it is', async () => {
    await newModel('far');
    const { read } = await train('local/far', { steps: 10 });
    await server.jobs.work.claim({ kinds: ['train'], inMemory: nothingInMemory, most: 50 });
    const progress = {
      phase: 'training',
      call: null,
      calls: 1,
      step: 4,
      total: 10,
      fraction: 0.4,
      etaSeconds: 3,
    } as const;
    await server.jobs.work.report(read.id.toUpperCase(), { type: 'progress', progress });
    const { logs } = (await ask('GET', `/trainings/${read.id}`)).read;
    expect(logs.trimEnd().split('\n').at(-1)).toMatch(/^ 40%\|#{4} {6}\| 4\/10 \[/);
  });

  test('under the name of the trainer is as published', async () => {
    await newModel('flux-tok');
    const version = 'e440909d3512c31646ee2e0c7d6f6f4923224863a6a10c494606e79fb5844497';
    const { status, read } = await ask(
      'POST',
      `/models/ostris/flux-dev-lora-trainer/versions/${version}/trainings`,
      {
        destination: 'local/flux-tok',
        input: { input_images: pictures, steps: '700' },
      },
    );
    expect(status, JSON.stringify(read)).toBe(201);
    expect(read).toMatchObject({ model: 'ostris/flux-dev-lora-trainer', version });
    const job = await server.jobs.get(read.id.toUpperCase());
    expect(job).toMatchObject({
      model: 'flux',
      task: {
        plan: { settings: { steps: 700, learning_rate: 4e-4, ema: 0.99, resolutions: [512, 768, 1024] } },
      },
    });
    const other = await train('local/flux-tok');
    expect(other.read.invalid_fields[0]).toMatchObject({ field: 'destination' });
  });

  test.each<[string, object, string, string]>([
    ['without pictures', { input_images: undefined }, 'input', 'input_images is required'],
    ['of a Buffer', { input_images: { type: 'Buffer', data: [1] } }, 'input.input_images', 'files.create'],
    ['of no URL', { input_images: 'pictures.zip' }, 'input.input_images', "format 'uri'"],
    [
      'of a file that is gone',
      { input_images: `http://a.test/replicate/v1/files/${'0'.repeat(26)}` },
      'input.input_images',
      'kept for a day',
    ],
    ['of too few steps', { steps: 2 }, 'input.steps', 'greater than or equal to 3'],
    ['of a rank past all', { lora_rank: 129 }, 'input.lora_rank', 'less than or equal to 128'],
    ['at no resolution', { resolution: 'large' }, 'input.resolution', '512,768,1024'],
    ['by no optimizer', { optimizer: 'sgd' }, 'input.optimizer', 'must be one of the following'],
    [
      'of layers by no pattern',
      { layers_to_optimize_regex: '(' },
      'input.layers_to_optimize_regex',
      'regular expression',
    ],
    [
      'of a LoRA of another host',
      { [pretrained]: `${hub}.test/${file}` },
      `input.${pretrained}`,
      'Invalid URL. Use',
    ],
    [
      'of no LoRA',
      { [pretrained]: `${hub}/a/b/resolve/main/c.ckpt` },
      `input.${pretrained}`,
      'Invalid URL. Use',
    ],
    [
      'of a folder',
      { [pretrained]: `${hub}/a/b/tree/c.safetensors/d` },
      `input.${pretrained}`,
      'Not an address',
    ],
    [
      'of a LoRA, and wrong besides',
      { [pretrained]: `${hub}/${file}`, steps: 2 },
      'input.steps',
      'equal to 3',
    ],
  ])('%s is refused', async (_, input, field, description) => {
    await newModel('bad');
    const { status, read } = await train('local/bad', input);
    expect(status, JSON.stringify(read)).toBe(422);
    expect(read.invalid_fields[0]).toMatchObject({
      field,
      description: expect.stringContaining(description),
    });
  });

  test('that has nowhere to go, or nothing to begin with, is refused', async () => {
    expect(await train('local/nowhere')).toMatchObject({ status: 404, read: { title: 'Not found' } });
    expect((await train('nowhere')).read.invalid_fields[0].field).toBe('destination');
    expect((await train('darkroom/demo')).status).toBe(422);
    const body = { destination: 'local/bad', input: { input_images: pictures } };
    expect((await ask('POST', '/models/darkroom/demo/versions/nothing/trainings', body)).status).toBe(404);
    const inner = await train('local/bad', {}, { webhook: 'http://127.0.0.1/' });
    expect(inner).toMatchObject({
      status: 422,
      read: { detail: expect.stringMatching(/^webhook cannot be called/) },
    });
    const broken = await train('local/bad', { input_images: 'data:application/zip;base64,UEsDBAAA' });
    expect(broken.status).toBe(422);
    for (const id of ['%00', '0'.repeat(26)]) expect((await ask('GET', `/trainings/${id}`)).status).toBe(404);
  });
});

describe('a LoRA that is trained already', () => {
  let host: FileHost;
  let near: TestApp;
  beforeAll(async () => {
    host = await startFileHost();
    host.files.set(`/${file}`, { content: await readFile(neonFile) });
    near = await openTestApp({ HF_ENDPOINT: host.origin, OUTBOUND_ALLOW: '127.0.0.1' }, server, dialects);
  });
  afterAll(async () => {
    await near.close();
    await host.stop();
  });

  const there = (method: Method, path: string, body?: unknown) =>
    ask(method, path, body, 'application/json', near);
  const take = (destination: string, input: object = {}) =>
    there('POST', demo, { destination, input: { [pretrained]: `${hub}/${file}?download=true`, ...input } });

  /** As a worker does it. */
  async function work(id: string): Promise<void> {
    const job = id.toUpperCase();
    await near.jobs.work.claim({ kinds: ['import'], inMemory: nothingInMemory, most: 1 });
    const run = {
      signal: AbortSignal.timeout(60_000),
      scratch: near.config.scratchFolder,
      hfToken: null,
      warn: () => {},
      onProgress: () => {},
    };
    const result = await runImport(
      importTaskSchema.parse((await near.jobs.get(job))?.task),
      run,
      near.imports,
    );
    await near.jobs.work.finish(job, { result, warnings: [] });
  }

  async function tarOf(url: string): Promise<[name: string, bytes: number][]> {
    const { pathname, search } = new URL(url);
    const entries: [string, number][] = [];
    const tar = extract();
    const reading = pipeline(Readable.from([(await near.app.inject(pathname + search)).rawPayload]), tar);
    for await (const entry of tar) {
      entries.push([entry.header.name, entry.header.size ?? 0]);
      entry.resume();
    }
    await reading;
    return entries;
  }

  test('becomes a version of its destination, which predictions run', async () => {
    await newModel('neon');
    const { status, read } = await take('local/neon', { steps: 5, colour: 'red', hf_token: 'hf_of_mine' });
    expect(status, JSON.stringify(read)).toBe(201);
    expect(read).toMatchObject({
      model: 'darkroom/demo',
      destination: 'local/neon',
      status: 'starting',
      output: null,
      input: { [pretrained]: `${hub}/${file}`, hf_token: '[redacted]' },
      logs: `Taking in ${hub}/${file} without training\nNot used, because nothing is trained: steps, colour.\n`,
    });
    expect(near.tokens).toContainEqual([read.id.toUpperCase(), 'hf_of_mine']);
    expect((await there('GET', `/predictions/${read.id}`)).read).toEqual(read);
    await work(read.id);
    const ended = (await there('GET', `/trainings/${read.id}`)).read;
    expect(ended).toMatchObject({
      status: 'succeeded',
      error: null,
      output: { version: expect.stringMatching(/^local\/neon:[0-9a-f]{64}$/) },
    });
    expect(ended.logs.trimEnd().split('\n').at(-1)).toMatch(/^100%\|#{10}\| 100\/100 \[/);
    expect((await there('GET', '/trainings')).read.results[0]).toEqual(ended);
    const { latest_version: latest } = (await there('GET', '/models/local/neon')).read;
    expect(ended.output.version).toBe(`local/neon:${latest.id}`);
    const { length } = await readFile(neonFile);
    expect(await tarOf(ended.output.weights)).toEqual([
      ['output/flux_train_replicate/lora.safetensors', length],
      ['output/flux_train_replicate/config.yaml', expect.any(Number)],
    ]);
    for (const body of [
      { version: ended.output.version, input: { prompt: 'x' } },
      { version: 'darkroom/demo', input: { prompt: 'x', extra_lora: ended.output.weights } },
    ]) {
      const run = await there('POST', '/predictions', body);
      expect(run.status, JSON.stringify(run.read)).toBe(201);
      const { loras } = (await near.jobs.get(run.read.id.toUpperCase())) ?? {};
      expect(loras).toMatchObject([{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    }
  });

  test('is no version when it is canceled before', async () => {
    await newModel('never');
    const { read } = await take('local/never');
    const canceled = await there('POST', `/trainings/${read.id}/cancel`);
    expect(canceled.read).toMatchObject({ status: 'canceled', output: null });
    expect((await there('GET', '/models/local/never')).read.latest_version).toBeNull();
  });
});
