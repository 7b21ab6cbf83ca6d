/** Replicate's API by its own words, without rendering. */
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import Replicate from 'replicate';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nothingInMemory } from '../../../tests/support/sample-job.ts';
import { storedRenderSchema } from '../../render/stored-render.ts';
import { openTestApp, type TestApp } from '../app.fixture.ts';
import { nativeDialect } from '../native/native-dialect.ts';
import { importNeon, neonFile } from './neon-lora.fixture.ts';
import { replicateDialect } from './replicate-dialect.ts';

const key = 'a-key-of-sixteen-or-more';
let server: TestApp;

beforeAll(async () => {
  const environment = { API_KEYS: key, OUTBOUND_ALLOW: '127.0.0.1', MAX_FILE_MB: '1' };
  server = await openTestApp(environment, null, [nativeDialect, replicateDialect]);
});
afterAll(() => server.close());

interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  base?: string;
}

async function ask(
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH' | 'QUERY' | 'PUT',
  path: string,
  { body, headers = {}, base = '/replicate/v1' }: Asked = {},
) {
  const answer = await server.app.inject({
    method,
    url: path.startsWith('http') ? path.replace('http://localhost:80', '') : `${base}${path}`,
    // The JavaScript client says so in every request, also where it sends nothing.
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    read: answer.body === '' ? null : answer.json(),
  };
}

/** As Replicate's trainer packs them. */
async function weightsTar(lora: Buffer): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'output/flux_train_replicate/lora.safetensors' }, lora);
  tar.entry({ name: 'output/flux_train_replicate/config.yaml' }, 'steps: 1');
  tar.finalize();
  return buffer(tar);
}

const demo = '/models/darkroom/demo/predictions';
const create = (input: object, rest: object = {}) =>
  ask('POST', demo, { body: { input: { prompt: 'a red apple', ...input }, ...rest } });

test('a prediction is answered with all that clients read of it', async () => {
  const { status, read, headers } = await create({ seed: 11, num_outputs: 2 });
  expect(status).toBe(201);
  expect(read).toMatchObject({
    id: expect.stringMatching(/^[a-z0-9]{26}$/),
    model: 'darkroom/demo',
    version: expect.stringMatching(/^[0-9a-f]{64}$/),
    input: { prompt: 'a red apple', seed: 11, num_outputs: 2 },
    output: null,
    error: null,
    status: 'starting',
    source: 'api',
    data_removed: false,
    started_at: null,
    completed_at: null,
    metrics: {},
    logs: expect.stringContaining('Using seed: 11\n'),
  });
  expect(headers.location).toBe(read.urls.get);
  expect(Object.values(read.urls).every((url) => typeof url === 'string')).toBe(true);
  const { urls: _, ...rest } = read;
  expect((await ask('GET', read.urls.get)).read).toMatchObject(rest);
  const [job] = (await server.jobs.list({ limit: 1 })).jobs;
  expect(job?.task).toMatchObject({
    plan: { calls: [{ seed: 11 }, { seed: 12 }] },
    output: { format: 'webp', quality: 90 },
  });
});

describe('sizes', () => {
  test.each([
    ['1:1', { aspect_ratio: '1:1' }, [128, 128]],
    ['a ratio', { aspect_ratio: '16:9' }, [176, 96]],
    ['custom, nearest', { aspect_ratio: 'custom', width: 1025, height: 1000 }, [1024, 1008]],
    ['sides without custom', { width: 512, height: 256 }, [128, 128]],
  ])('%s', async (_, input, [width, height]) => {
    const { read } = await create(input);
    const job = await server.jobs.get(read.id.toUpperCase());
    expect(job?.task).toMatchObject({ plan: { calls: [{ width, height }] } });
  });

  test('FLUX.1-dev has a megapixel, and the published defaults under the name of the trainer', async () => {
    const body = { input: { prompt: 'x', aspect_ratio: '21:9' } };
    const { read } = await ask('POST', '/models/ostris/flux-dev-lora-trainer/predictions', { body });
    expect(read).toMatchObject({ model: 'ostris/flux-dev-lora-trainer' });
    const job = await server.jobs.get(read.id.toUpperCase());
    expect(job).toMatchObject({
      model: 'flux',
      task: { plan: { calls: [{ width: 1536, height: 640, steps: 28 }] } },
    });
  });
});

test.each([
  ['prompt is required', { prompt: undefined }, 'input', 'prompt is required'],
  ['too many', { num_outputs: 10 }, 'input.num_outputs', 'Must be less than or equal to 4'],
  [
    'too small',
    { num_inference_steps: 0 },
    'input.num_inference_steps',
    'Must be greater than or equal to 1',
  ],
  [
    'no ratio',
    { aspect_ratio: '7:3' },
    'input.aspect_ratio',
    'aspect_ratio must be one of the following: "1:1", ',
  ],
  [
    'no number',
    { guidance_scale: 'much' },
    'input.guidance_scale',
    'Invalid type. Expected: number, given: string',
  ],
  ['no integer', { num_outputs: 1.5 }, 'input.num_outputs', 'Invalid type. Expected: integer, given: number'],
  [
    'custom without a size',
    { aspect_ratio: 'custom', width: 512 },
    'input.aspect_ratio',
    'both width and height',
  ],
  ['a mask without an image', { mask: 'https://x.test/a.png' }, 'input.mask', 'A mask is for an image'],
  ['schnell of another model', { model: 'schnell' }, 'input.model', 'darkroom/demo has no schnell'],
  ['a strength past all', { prompt_strength: 1.1 }, 'input.prompt_strength', 'less than or equal to 1'],
  [
    'a LoRA of nowhere',
    { extra_lora: 'me/nothing' },
    'input.extra_lora',
    'There is no model "me/nothing" here',
  ],
  [
    'an address of CivitAI that is none',
    { extra_lora: 'civitai.com/user/someone' },
    'input.extra_lora',
    'Not an address of CivitAI',
  ],
  [
    'weights that are no archive',
    { extra_lora: 'data:application/x-tar;base64,AAAA' },
    'input.extra_lora',
    'no tar file',
  ],
  ['no LoRA', { extra_lora: '??' }, 'input.extra_lora', 'Not a LoRA'],
  ['an integer past all', { num_outputs: '9'.repeat(20) }, 'input.num_outputs', 'at most 15 digits'],
  ['a seed past all', { seed: 1e300 }, 'input.seed', 'Must be an integer'],
  ['the client itself', { auth: 'r8_secret', userAgent: 'x', baseUrl: 'y' }, 'input', 'the client itself'],
])('%s is refused with its field', async (_, input, field, description) => {
  const { status, read, headers } = await create(input);
  expect(status, JSON.stringify(read)).toBe(422);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(read).toMatchObject({ title: 'Input validation failed', status: 422 });
  expect(read.invalid_fields[0]).toMatchObject({ field, description: expect.stringContaining(description) });
  expect(read.detail).toContain(`- ${field}: `);
  expect(JSON.stringify(read)).not.toContain('r8_secret');
});

test.each([
  ['no version', { input: { prompt: 'x' } }, '', 'version is required'],
  ['no input', { version: 'darkroom/demo' }, '', 'input is required'],
  [
    'another key',
    { version: 'darkroom/demo', input: { prompt: 'x' }, extra: 1 },
    '',
    'Additional property extra is not allowed',
  ],
  ['a version of nobody', { version: 'f'.repeat(64), input: {} }, 'version', 'does not exist'],
  [
    'an event of nobody',
    { version: 'darkroom/demo', input: { prompt: 'x' }, webhook_events_filter: ['nope'] },
    'webhook_events_filter.0',
    'webhook_events_filter must be one of',
  ],
  [
    'a webhook that is none',
    { version: 'darkroom/demo', input: { prompt: 'x' }, webhook: 'nowhere' },
    'webhook',
    'uri',
  ],
])('a body with %s is refused', async (_, body, field, description) => {
  const { status, read } = await ask('POST', '/predictions', { body });
  expect(status).toBe(422);
  expect(read.invalid_fields[0]).toMatchObject({ field, description: expect.stringContaining(description) });
});

test('a webhook to an inner address is refused in its words', async () => {
  const { status, read } = await create({}, { webhook: 'http://10.0.0.1:1/' });
  expect(status).toBe(422);
  expect(read.detail).toMatch(/^webhook cannot be called/);
  expect(read.invalid_fields[0].field).toBe('webhook');
});

test('numbers as text, null and inputs of other models are taken; the logs say what was not used', async () => {
  const { status, read } = await create({
    num_outputs: '2',
    guidance_scale: '3',
    seed: null,
    image: null,
    go_fast: true,
    lora_scale: 0.5,
    prompt_strength: 0.8,
    disable_safety_checker: true,
  });
  expect(status).toBe(201);
  expect(read.logs).toContain('The model has no input go_fast: not used.');
  expect(read.logs).toContain('lora_scale was not used');
  expect(read.logs).toMatch(/Using seed: \d{1,5}\n/);
});

describe('pictures to begin with', async () => {
  const pixels = (width: number, height: number) => ({
    create: { width, height, channels: 3 as const, background: '#b33' },
  });
  const png = async (width: number, height: number) =>
    `data:image/png;base64,${(await sharp(pixels(width, height)).png().toBuffer()).toString('base64')}`;
  const [image, mask] = await Promise.all([png(200, 150), png(40, 30)]);
  const callOf = async (input: object, model = 'darkroom/demo') => {
    const body = { version: model, input: { prompt: 'x', ...input } };
    const { status, read } = await ask('POST', '/predictions', { body });
    expect(status, JSON.stringify(read)).toBe(201);
    const job = await server.jobs.get(read.id.toUpperCase());
    return { read, job, call: storedRenderSchema.parse(job?.task).plan.calls[0] };
  };

  test('say the size, are stretched to it, and are changed by prompt_strength', async () => {
    const { read, call } = await callOf({ image, aspect_ratio: '16:9', prompt_strength: 0.6 });
    expect(call).toMatchObject({
      width: 208,
      height: 160,
      pipeline: { class: 'FluxImg2ImgPipeline' },
      arguments: { strength: 0.6 },
      images: { image: { resize: { width: 208, height: 160, filter: 'bicubic' } } },
    });
    expect(read.logs).toContain('aspect_ratio, width and height were not used: the picture says the size.');
    expect(read.input.image).toMatch(/^\[image\/png, \d+ bytes\]$/);
  });

  test.each([{ output_format: 'png' }, { output_quality: 100 }])('with %o by Lanczos', async (input) => {
    const { call } = await callOf({ image, ...input });
    expect(call?.images.image?.resize?.filter).toBe('lanczos');
  });

  test('with a mask are painted in part, of no strength in one step', async () => {
    const { read, call } = await callOf({ image, mask, prompt_strength: 0, num_inference_steps: 20 });
    expect(call).toMatchObject({
      pipeline: { class: 'FluxInpaintPipeline' },
      arguments: { strength: 0.05 },
      images: { mask_image: { resize: { width: 208, height: 160, filter: 'nearest' } } },
    });
    expect(read.logs).toContain('prompt_strength is 0, which is less than one of 20 steps: one was run.');
  });

  test('that are none are refused before anything waits', async () => {
    const { status, read } = await create({ image: 'data:image/png;base64,bm90IGEgcGljdHVyZQ==' });
    expect(status).toBe(422);
    expect(read.detail).toMatch(/^image cannot be used: it is not a picture/);
    expect(read.invalid_fields[0]).toMatchObject({ field: 'input.image', description: read.detail });
  });

  test('a strength without one is told', async () => {
    expect((await create({ prompt_strength: 0.5 })).read.logs).toContain('prompt_strength was not used');
  });

  test('schnell takes its steps literally, 256 tokens and no guidance', async () => {
    const input = { model: 'schnell', image };
    const { read, job, call } = await callOf(input, 'ostris/flux-dev-lora-trainer');
    expect(job?.model).toBe('flux_schnell');
    expect(read.model).toBe('ostris/flux-dev-lora-trainer');
    expect(call).toMatchObject({
      steps: 28,
      guidance_scale: 0,
      pipeline: { class: 'FluxImg2ImgPipeline' },
      arguments: { max_sequence_length: 256, guidance_scale: 0 },
    });
    expect(read.logs).toContain('guidance_scale was not used: FLUX.1-schnell has no guidance.');
  });
});

describe('versions', () => {
  test('are named in every way', async () => {
    const { read: model } = await ask('GET', '/models/darkroom/demo');
    const { id } = model.latest_version;
    for (const version of [id, `darkroom/demo:${id}`, 'darkroom/demo', 'darkroom/demo:latest']) {
      const { status, read } = await ask('POST', '/predictions', {
        body: { version, input: { prompt: 'x' } },
      });
      expect({ status, version: read.version }).toEqual({ status: 201, version: id });
    }
    const { read: versions } = await ask('GET', '/models/darkroom/demo/versions');
    expect(versions.results).toEqual([model.latest_version]);
    expect((await ask('GET', `/models/darkroom/demo/versions/${id}`)).read).toEqual(model.latest_version);
    expect((await ask('GET', `/models/darkroom/demo/versions/${'0'.repeat(64)}`)).status).toBe(404);
  });

  test('those of the trainer that code pins are FLUX.1-dev', async () => {
    const version = 'e440909d3512c31646ee2e0c7d6f6f4923224863a6a10c494606e79fb5844497';
    const { read } = await ask('POST', '/predictions', { body: { version, input: { prompt: 'x' } } });
    expect(read.model).toBe('ostris/flux-dev-lora-trainer');
    const named = `ostris/flux-dev-lora-trainer:${'a'.repeat(64)}`;
    expect(
      (await ask('POST', '/predictions', { body: { version: named, input: { prompt: 'x' } } })).status,
    ).toBe(201);
  });

  test('describe their inputs as Cog does', async () => {
    const { read } = await ask('GET', '/models/ostris/flux-dev-lora-trainer');
    const {
      Input,
      aspect_ratio: ratio,
      Output,
      TrainingInput,
      TrainingOutput,
    } = read.latest_version.openapi_schema.components.schemas;
    expect(Input.required).toEqual(['prompt']);
    expect(Input.properties.num_inference_steps).toMatchObject({
      type: 'integer',
      title: 'Num Inference Steps',
      default: 28,
      minimum: 1,
      maximum: 50,
    });
    expect(Input.properties.aspect_ratio).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/aspect_ratio' }],
      default: '1:1',
    });
    expect(ratio).toMatchObject({ type: 'string', enum: expect.arrayContaining(['21:9', 'custom']) });
    expect(Output).toEqual({ type: 'array', items: { type: 'string', format: 'uri' }, title: 'Output' });
    expect(Object.values<{ 'x-order': number }>(Input.properties).map((one) => one['x-order'])).toEqual([
      ...Array(18).keys(),
    ]);
    expect(TrainingInput).toMatchObject({
      required: [],
      properties: { lora_rank: { type: 'integer', default: 16, maximum: 128 } },
    });
    expect(TrainingOutput.properties).toEqual({ weights: { type: 'string', format: 'uri' } });
  });

  test('models that make no picture of a text are not here', async () => {
    expect((await ask('GET', '/models/darkroom/flux_kontext')).status).toBe(404);
    const { read } = await ask('GET', '/models');
    const names = read.results.map(({ owner, name }: { owner: string; name: string }) => `${owner}/${name}`);
    expect(names).toEqual(expect.arrayContaining(['darkroom/demo', 'darkroom/flux']));
    expect(names).not.toContain('darkroom/flux_kontext');
  });
});

describe('a LoRA of the registry', () => {
  let version = '';
  let sha256: string | null | undefined;

  beforeAll(async () => {
    await importNeon(server, 'neon');
    const { read } = await ask('GET', '/models/local/neon');
    version = read.latest_version.id;
    sha256 = (await server.registry.versions.find(version))?.epochs[0]?.files[0]?.sha256;
  });

  const made = async (reference: string, input: object) => {
    const body = { version: reference, input: { prompt: 'x', ...input } };
    const { status, read } = await ask('POST', '/predictions', { body });
    expect(status, JSON.stringify(read)).toBe(201);
    return { read, job: await server.jobs.get(read.id.toUpperCase()) };
  };

  test.each(['name', 'version', 'both'])('is rendered with by its %s', async (how) => {
    const reference = { name: 'local/neon', version, both: `local/neon:${version}` }[how] ?? '';
    const { read, job } = await made(reference, { lora_scale: 0.5 });
    expect(read).toMatchObject({ model: 'local/neon', version });
    expect(job?.task).toMatchObject({ loras: [{ sha256, scale: 0.5 }] });
  });

  test('comes in an archive: as data, by a URL, or as a file that was sent', async () => {
    const tar = await weightsTar(await readFile(neonFile));
    const host = createServer((_, response) => response.end(tar)).listen(0, '127.0.0.1');
    await once(host, 'listening');
    const address = host.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/trained_model.tar`;
    const upload = await server.registry.uploads.add(
      { project: 'proj_local', keyId: null, seesAll: true },
      {
        project: null,
        kind: 'replicate-file',
        name: 'mine.safetensors',
        path: neonFile,
        contentType: 'x/y',
        facts: { contentType: 'x/y', md5: '', metadata: {} },
      },
    );
    const sent = `http://else.test/replicate/v1/files/${upload.id.replace('upload_', '')}`;
    for (const reference of [`data:application/x-tar;base64,${tar.toString('base64')}`, url, sent]) {
      const { job } = await made('darkroom/demo', { extra_lora: reference, extra_lora_scale: 0.7 });
      expect(job?.task).toMatchObject({ loras: [{ sha256, scale: 0.7 }] });
    }
    host.close();
  });

  test('is no version that is not there', async () => {
    const body = {
      version: 'darkroom/demo',
      input: { prompt: 'x', extra_lora: `local/neon:${'b'.repeat(64)}` },
    };
    const { status, read } = await ask('POST', '/predictions', { body });
    expect({ status, field: read.invalid_fields[0].field }).toEqual({
      status: 422,
      field: 'input.extra_lora',
    });
  });

  test('counts what was rendered with it, and its base model too', async () => {
    const counts = async () => {
      const [own, base] = await Promise.all(
        ['local/neon', 'darkroom/demo'].map((name) => ask('GET', `/models/${name}`)),
      );
      return [own?.read.run_count, base?.read.run_count];
    };
    const [own, base] = await counts();
    await made('local/neon', {});
    await made('darkroom/demo', {});
    expect(await counts()).toEqual([own + 1, base + 2]);
    const { read } = await ask('GET', '/models');
    expect(read.results.find(({ name }: { name: string }) => name === 'neon').run_count).toBe(own + 1);
  });

  test('is put on a base model as extra_lora, and not twice on itself', async () => {
    const input = { extra_lora: 'local/neon', extra_lora_scale: 0.7 };
    const { job } = await made('darkroom/demo', input);
    expect(job?.task).toMatchObject({ loras: [{ sha256, scale: 0.7 }] });
    const twice = await made('local/neon', input);
    expect(twice.job?.task).toMatchObject({ loras: [{ sha256, scale: 1 }] });
    expect(twice.read.logs).toContain('extra_lora is the LoRA of the model itself');
  });
});

describe('files', () => {
  const form = (...parts: [headers: string, content: string][]) => {
    const texts = parts.map(
      ([headers, content]) => `--x\r\nContent-Disposition: form-data; ${headers}\r\n\r\n${content}\r\n`,
    );
    return {
      payload: `${texts.join('')}--x--\r\n`,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    };
  };
  const send = async (...parts: [headers: string, content: string][]) => {
    const { payload, headers } = form(...parts);
    const answer = await server.app.inject({
      method: 'POST',
      url: '/replicate/v1/files',
      payload,
      headers: { ...headers, authorization: `Bearer ${key}` },
    });
    return { status: answer.statusCode, read: answer.json() };
  };
  const content: [string, string] = ['name="content"; filename="a/b\u0000/face.gif"', 'GIF89a…'];

  test.each<[string, [string, string][], object]>([
    [
      'as JavaScript does',
      [content, ['name="metadata"; filename="blob"\r\nContent-Type: application/json', '{"of":1}']],
      { of: 1 },
    ],
    ['as Python does', [content, ['name="metadata"', '{"of":1}']], { of: 1 }],
    ['alone', [content], {}],
  ])('are sent %s', async (_, parts, metadata) => {
    const { status, read } = await send(...parts);
    expect(status, JSON.stringify(read)).toBe(201);
    expect(read).toMatchObject({
      name: 'face.gif',
      content_type: 'image/gif',
      size: 9,
      metadata,
      checksums: { md5: read.etag, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      urls: { get: `http://localhost:80/replicate/v1/files/${read.id}` },
    });
    const seconds = (Date.parse(read.expires_at) - Date.parse(read.created_at)) / 1000;
    expect(seconds).toBe(24 * 60 * 60);
  });

  test('are listed, read, downloaded without a key, and deleted', async () => {
    const { read: file } = await send(content);
    expect((await ask('GET', `/files/${file.id}`)).read).toEqual(file);
    expect((await ask('GET', '/files')).read.results[0]).toEqual(file);
    const download = file.urls.download.replace('http://localhost:80', '');
    const got = await server.app.inject({ method: 'GET', url: download });
    expect({ status: got.statusCode, type: got.headers['content-type'], body: got.body }).toEqual({
      status: 200,
      type: 'image/gif',
      body: content[1],
    });
    const forged = await server.app.inject({ method: 'GET', url: download.replace(/expiry=\d/, 'expiry=9') });
    expect(forged.statusCode).toBe(403);
    expect(await ask('DELETE', `/files/${file.id}`)).toMatchObject({ status: 204, read: null });
    expect(await ask('GET', `/files/${file.id}`)).toMatchObject({
      status: 404,
      read: { title: 'Not found' },
    });
    expect((await server.app.inject({ method: 'GET', url: download })).statusCode).toBe(404);
  });

  test('are refused when they are too large, and nothing is left of them', async () => {
    const { length } = (await ask('GET', '/files')).read.results;
    const large: [string, string] = ['name="content"; filename="x.bin"', 'x'.repeat(10 ** 6 + 1)];
    expect(await send(large)).toMatchObject({
      status: 413,
      read: { status: 413, detail: expect.stringContaining('larger than 1 MB (MAX_FILE_MB)') },
    });
    expect((await ask('GET', '/files')).read.results).toHaveLength(length);
    expect(await readdir(server.config.scratchFolder)).toEqual([]);
  });

  test('are refused with what is missing', async () => {
    expect(await send(['name="metadata"', '{}'])).toMatchObject({
      status: 422,
      read: { invalid_fields: [{ type: 'required', field: 'content' }] },
    });
    expect((await send(content, ['name="metadata"', '[1]'])).read.invalid_fields[0].field).toBe('metadata');
    expect((await send(['name="content"; filename="x"', ''])).status).toBe(422);
    const { headers, payload } = form(content);
    for (const broken of ['x', payload.slice(0, -6), payload.slice(0, 40)]) {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/replicate/v1/files',
        payload: broken,
        headers: { ...headers, authorization: `Bearer ${key}` },
      });
      expect({ status: answer.statusCode, detail: answer.json().detail }).toEqual({
        status: 422,
        detail: expect.stringContaining('The form cannot be read'),
      });
    }
    expect(await ask('POST', '/files', { body: {} })).toMatchObject({
      status: 415,
      read: { detail: expect.stringContaining('multipart/form-data') },
    });
    const { read } = await send(content, ['name="type"', 'text/html\u0000x']);
    expect(read.content_type).toBe('application/octet-stream');
    const place = Buffer.from(JSON.stringify([new Date().toISOString(), '\0'])).toString('base64url');
    expect((await ask('GET', `/files?cursor=${place}`)).status).toBe(422);
    expect((await ask('GET', '/models/%00/x')).status).toBe(404);
    for (const id of ['%00', 'nothing', '0'.repeat(26)])
      expect((await ask('GET', `/files/${id}`)).status).toBe(404);
  });
});

test('a prediction that waits is canceled at once, and stays so', async () => {
  const { read } = await create({});
  for (let times = 0; times < 2; times++) {
    const canceled = await ask('POST', new URL(read.urls.cancel).pathname.replace('/replicate/v1', ''));
    expect(canceled).toMatchObject({ status: 200, read: { status: 'canceled', output: null, error: null } });
    expect(canceled.read.metrics.predict_time).toBe(0);
  }
});

test('a hold that is over says that it is starting, in time, also when it is at work', async () => {
  const began = performance.now();
  const held = ask('POST', demo, { body: { input: { prompt: 'x' } }, headers: { prefer: 'wait=1' } });
  await expect
    .poll(
      async () =>
        (await server.jobs.work.claim({ kinds: ['render'], inMemory: nothingInMemory, most: 50 })).jobs,
    )
    .not.toEqual([]);
  const { status, read, headers } = await held;
  expect(performance.now() - began).toBeLessThan(1500);
  expect({ status, state: read.status, output: read.output }).toEqual({
    status: 202,
    state: 'starting',
    output: null,
  });
  expect(headers['preference-applied']).toBe('wait=1');
});

/** What the official client is given for the network. */
async function injected(input: Request | string, init?: RequestInit): Promise<Response> {
  const { pathname, search } = new URL(input instanceof Request ? input.url : String(input));
  const headers = Object.fromEntries(new Headers(init?.headers));
  const answer = await server.app.inject({ method: 'GET', url: `${pathname}${search}`, headers });
  return new Response(answer.body, { status: answer.statusCode });
}

test('lists lead from page to page by whole URLs', async () => {
  await Promise.all(Array.from({ length: 101 }, () => create({})));
  const { read: first } = await ask('GET', '/predictions');
  expect(first).toMatchObject({
    previous: null,
    next: expect.stringMatching(/^http:\/\/localhost:80\/replicate\/v1\/predictions\?cursor=/),
  });
  expect(first.results).toHaveLength(100);
  const { read: second } = await ask('GET', first.next);
  const ids = [...first.results, ...second.results].map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const client = new Replicate({ auth: key, baseUrl: 'http://localhost/replicate/v1', fetch: injected });
  const paged: string[] = [];
  for await (const page of client.paginate(client.predictions.list)) paged.push(...page.map(({ id }) => id));
  expect(paged.slice(0, ids.length)).toEqual(ids);
  const future = new Date(Date.now() + 60_000).toISOString();
  expect((await ask('GET', `/predictions?created_after=${future}`)).read.results).toEqual([]);
});

test('what another API was asked is not a prediction', async () => {
  const native = await server.app.inject({
    method: 'POST',
    url: '/v1/inference',
    headers: { authorization: `Bearer ${key}` },
    payload: { model: 'demo', base_only: true, prompts: [{ prompt: 'x' }] },
  });
  const id = native.json().request_id.toLowerCase();
  expect(await ask('GET', `/predictions/${id}`)).toMatchObject({ status: 404, read: { title: 'Not found' } });
});

describe('keys', () => {
  test.each(['Bearer', 'Token', 'token'])('%s', async (scheme) => {
    expect((await ask('GET', '/account', { headers: { authorization: `${scheme} ${key}` } })).status).toBe(
      200,
    );
  });

  test('none, and a wrong one', async () => {
    for (const authorization of ['', 'Bearer dk_wrong'])
      expect(await ask('GET', '/account', { headers: { authorization } })).toMatchObject({
        status: 401,
        read: { title: 'Unauthenticated', status: 401, detail: expect.any(String) },
      });
  });
});

test('clients that add /v1, leave it out or add it twice find the same', async () => {
  for (const base of ['/replicate', '/replicate/v1', '/replicate/v1/v1'])
    expect((await ask('GET', '/hardware', { base })).read).toEqual([{ sku: 'cpu', name: 'Test CPU' }]);
});

test('it is described in a document of its own', async () => {
  const document = (await server.app.inject('/replicate/openapi.json')).json();
  expect(Object.keys(document.paths).every((path) => path.startsWith('/replicate/v1/'))).toBe(true);
  expect(document.paths['/replicate/v1/predictions'].post.operationId).toBe('predictions.create');
});
