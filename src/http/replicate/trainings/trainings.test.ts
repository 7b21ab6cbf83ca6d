/** Models of the project and trainings into them, by Replicate's words, without training. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nothingInMemory } from '../../../../tests/support/sample-job.ts';
import { zipOf } from '../../../registry/intake/zip.fixture.ts';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { nativeDialect } from '../../native/native-dialect.ts';
import { replicateDialect } from '../replicate-dialect.ts';

let server: TestApp;
let pictures: string;
let demo: string;

beforeAll(async () => {
  server = await openTestApp({}, null, [nativeDialect, replicateDialect]);
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

async function ask(method: Method, path: string, body?: unknown, type = 'application/json') {
  const answer = await server.app.inject({
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
      'that is to be skipped',
      { skip_training_and_use_pretrained_hf_lora_url: 'https://huggingface.co/a/b.safetensors' },
      'input.skip_training_and_use_pretrained_hf_lora_url',
      'Import it',
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
