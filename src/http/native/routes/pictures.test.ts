/** Pictures as rows: filters, pages, marks, removal, and what retention leaves. */
import { on } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';
import { withPngText } from '../../../files/encode/png-text.ts';
import { provenanceJson } from '../../../files/encode/provenance.ts';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';
import { claimNext, finish, storeOutput } from '../../job.fixture.ts';

const lora = 'ab'.repeat(32);
let server: TestApp;
const keys = new Map<string, string>();
const made = new Map<string, string>();

beforeAll(async () => {
  server = await openTestApp();
  for (const [name, scope] of [
    ['admin', 'admin'],
    ['anna', 'write'],
    ['ben', 'write'],
  ] as const)
    keys.set(name, (await server.keys.create({ name, scope })).key);
  made.set('apple', await make('anna', 'a 100% red_apple, neonglow', [lora]));
  made.set('pear', await make('anna', 'a green pear', []));
  made.set('boat', await make('ben', 'a boat', [lora]));
});
afterAll(() => server.close());

async function make(who: string, prompt: string, loras: string[]): Promise<string> {
  const payload = { ...plainBody, hf_token: 'hf_secret', prompts: [{ prompt }] };
  const sent = await ask('POST', '/v1/inference', who, payload);
  const job = await claimNext(server);
  const note = { searched: prompt, loras, recipe: recipeOf(prompt, loras), recipeKey: null };
  await storeOutput(server, job.id, 0, Buffer.from(prompt), note);
  await finish(server, job.id);
  return sent.json().request_id;
}

function recipeOf(prompt: string, loras: string[]): string {
  return provenanceJson({
    model: 'sdxl',
    checkpoint: { repository: 'a/b', revision: 'main' },
    prompt,
    negative_prompt: 'blur',
    seed: 2n ** 60n + 1n,
    steps: 4,
    guidance_scale: 3,
    width: 128,
    height: 128,
    versions: { torch: '1' },
    scheduler: 'LMSDiscreteScheduler',
    scheduler_config: { use_karras_sigmas: true },
    arguments: { guidance_rescale: 0.7 },
    loras: loras.map((sha256) => ({ path: 'a.safetensors', sha256, scale: 0.8, component: 'unet' })),
  });
}

function ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, who: string, payload?: object) {
  const headers = { authorization: `Bearer ${keys.get(who) ?? ''}` };
  return server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

const listed = async (query: string, who = 'admin'): Promise<string[]> => {
  const answer = await ask('GET', `/v1/outputs${query}`, who);
  expect(answer.statusCode, answer.body).toBe(200);
  const names = new Map([...made].map(([name, id]) => [id, name]));
  return answer.json().outputs.map(({ request_id }: { request_id: string }) => names.get(request_id));
};

test.each([
  ['', ['boat', 'pear', 'apple']],
  ['?text=RED_apple%20100%25', ['apple']],
  ['?text=red%25apple', []],
  [`?lora=${lora}`, ['boat', 'apple']],
  ['?kind=video', []],
  ['?model=demo&kind=image', ['boat', 'pear', 'apple']],
  ['?model=flux', []],
  ['?favourite=true', []],
  ['?from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z', []],
  ['?from=2020-01-01T00:00:00Z', ['boat', 'pear', 'apple']],
])('GET /v1/outputs%s', async (query, names) => {
  expect(await listed(query)).toEqual(names);
});

test('a key sees its own, page by page', async () => {
  expect(await listed('', 'anna')).toEqual(['pear', 'apple']);
  const first = (await ask('GET', '/v1/outputs?limit=1', 'anna')).json();
  expect(await listed(`?limit=1&cursor=${first.next_cursor}`, 'anna')).toEqual(['apple']);
  expect((await ask('GET', '/v1/outputs?cursor=x', 'anna')).json().error.code).toBe('INVALID_REQUEST');
});

test('a row says how the picture was made, to the last digit of its seed', async () => {
  const answer = await ask('GET', '/v1/outputs?text=apple', 'anna');
  expect(answer.json().outputs[0].recipe).toMatchObject({
    model: 'sdxl',
    neg: 'blur',
    sampler: 'lms',
    guidance_rescale: 0.7,
    sample_steps: 4,
    loras: [{ path: 'a.safetensors', sha256: lora, network_multiplier: 0.8, transformer: null }],
  });
  expect(answer.body).toContain(`"seed":${2n ** 60n + 1n}`);
});

test('a request is told as it was sent, without its token', async () => {
  const answer = await ask('GET', `/v1/requests/${made.get('apple')}`, 'anna');
  expect(answer.json()).toMatchObject({
    kind: 'render',
    dialect: 'native',
    status: 'succeeded',
    progress: null,
    request: { model: 'demo', hf_token: '[redacted]', prompts: [{ prompt: 'a 100% red_apple, neonglow' }] },
    outputs: [{ index: 0, recipe: { prompt: 'a 100% red_apple, neonglow' } }],
  });
  expect(answer.body).not.toContain('hf_secret');
  expect((await ask('GET', `/v1/requests/${made.get('apple')}`, 'ben')).statusCode).toBe(404);
});

test('favourites and tags are kept, and what others made is not theirs to mark', async () => {
  const url = `/v1/requests/${made.get('pear')}/outputs/0`;
  const marks = { favourite: true, tags: ['best', ' best ', 'fruit'] };
  expect((await ask('PATCH', url, 'ben', marks)).statusCode).toBe(404);
  const marked = await ask('PATCH', url, 'anna', marks);
  expect(marked.json()).toMatchObject({ favourite: true, tags: ['best', 'fruit'] });
  expect(await listed('?favourite=true')).toEqual(['pear']);
  expect(await listed('?tag=fruit&favourite=true')).toEqual(['pear']);
  expect((await ask('PATCH', url, 'anna', { tags: [] })).json()).toMatchObject({ favourite: true, tags: [] });
  expect((await ask('PATCH', url, 'anna', { tags: ['a\0'] })).statusCode).toBe(422);
});

test('retention leaves requests with a favourite', async () => {
  const old = await make('anna', 'old', []);
  await ask('PATCH', `/v1/requests/${old}/outputs/0`, 'anna', { favourite: true });
  const gone = await make('anna', 'gone', []);
  await server.jobs.removeFinished(new Date(Date.now() + 60_000), 100, async () => {});
  expect((await ask('GET', `/v1/requests/${old}`, 'anna')).statusCode).toBe(200);
  expect((await ask('GET', `/v1/requests/${gone}`, 'anna')).statusCode).toBe(404);
});

test('a picture is removed with its file, for good', async () => {
  const id = await make('anna', 'to remove', []);
  const url = `/v1/requests/${id}/outputs/0`;
  expect((await ask('DELETE', url, 'ben')).statusCode).toBe(404);
  expect((await ask('DELETE', url, 'anna')).json()).toEqual({ removed: true });
  expect((await ask('GET', url, 'anna')).json().error.code).toBe('OUTPUT_NOT_FOUND');
  expect(await server.files.read(`jobs/${id}/${id}_output_0.png`)).toBeNull();
  expect((await ask('GET', `/v1/requests/${id}/result`, 'anna')).json().status).toBe('succeeded');
});

/** A picture of ours, in colours of its own, as the output of a new request. */
async function makePng(who: string): Promise<{ id: string; png: Buffer }> {
  const sent = await ask('POST', '/v1/inference', who, plainBody);
  const job = await claimNext(server);
  const raw = { width: 600, height: 300, channels: 3 } as const;
  const plain = await sharp({ create: { ...raw, background: '#a8430a' } })
    .png()
    .toBuffer();
  const png = Buffer.from(withPngText(plain, [['darkroom', recipeOf('a red apple', [])]]));
  await storeOutput(server, job.id, 0, png, {
    searched: 'png',
    loras: [],
    recipe: recipeOf('kept', []),
    recipeKey: null,
  });
  await finish(server, job.id);
  return { id: sent.json().request_id, png };
}

test('a thumbnail is made once, small, and may be kept for ever', async () => {
  const { id } = await makePng('anna');
  const url = `/v1/requests/${id}/outputs/0/thumbnail`;
  const [first, again] = await Promise.all([ask('GET', url, 'anna'), ask('GET', url, 'anna')]);
  expect(first.headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': expect.stringContaining('immutable'),
  });
  expect(again.rawPayload.equals(first.rawPayload)).toBe(true);
  const { width, height, format } = await sharp(first.rawPayload).metadata();
  expect([width, height, format]).toEqual([256, 128, 'webp']);
  expect((await sharp((await ask('GET', `${url}?w=512`, 'anna')).rawPayload).metadata()).width).toBe(512);
  expect((await ask('GET', `${url}?w=9`, 'anna')).statusCode).toBe(422);
  expect((await ask('GET', url, 'ben')).statusCode).toBe(404);
  const headers = {
    authorization: `Bearer ${keys.get('anna')}`,
    'if-none-match': String(first.headers.etag),
  };
  expect((await server.app.inject({ url, headers })).statusCode).toBe(304);
  await ask('DELETE', `/v1/requests/${id}/outputs/0`, 'anna');
  expect(await server.files.read(`jobs/${id}/thumbnail_0_256.webp`)).toBeNull();
});

test('pictures are taken along in one file, with how they were made', async () => {
  const one = await makePng('anna');
  const apple = { request_id: await make('anna', 'an apple to take along', []), index: 0 };
  const outputs = [{ request_id: one.id, index: 0 }, apple, apple];
  const answer = await ask('POST', '/v1/outputs/zip', 'anna', { outputs });
  expect(answer.headers['content-type']).toBe('application/zip');
  const entries = await unzip(answer.rawPayload);
  expect([...entries.keys()].sort()).toEqual(
    [`${one.id}_output_0.png`, `${apple.request_id}_output_0.png`, 'recipes.json'].sort(),
  );
  expect(entries.get(`${one.id}_output_0.png`)?.equals(one.png)).toBe(true);
  const recipes = JSON.parse(String(entries.get('recipes.json')));
  expect(recipes[0]).toMatchObject({ request_id: one.id, recipe: { prompt: 'kept' } });
  const others = await ask('POST', '/v1/outputs/zip', 'ben', { outputs });
  expect([others.statusCode, others.json().error.code]).toEqual([404, 'OUTPUT_NOT_FOUND']);
  const many = Array.from({ length: 2001 }, () => apple);
  expect((await ask('POST', '/v1/outputs/zip', 'anna', { outputs: many })).statusCode).toBe(422);
});

describe('a picture in, its recipe out', () => {
  const inspect = (payload: Buffer, type = 'image/png', who = 'anna') =>
    server.app.inject({
      method: 'POST',
      url: '/v1/inspect',
      payload,
      headers: { authorization: `Bearer ${keys.get(who)}`, 'content-type': type },
    });

  test('of a file that this server made, what it has kept', async () => {
    const { id, png } = await makePng('anna');
    expect((await inspect(png)).json()).toMatchObject({
      format: 'png',
      width: 600,
      height: 300,
      known: { request_id: id, index: 0 },
      foreign: null,
      recipe: { prompt: 'kept' },
    });
    expect((await inspect(png, 'image/png', 'ben')).json()).toMatchObject({
      known: null,
      recipe: { prompt: 'a red apple' },
    });
  });

  test('of another tool, its text', async () => {
    const plain = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const theirs = Buffer.from(withPngText(plain, [['parameters', 'a cat\nSteps: 20, Seed: 1']]));
    expect((await inspect(theirs)).json()).toMatchObject({
      recipe: null,
      foreign: { parameters: 'a cat\nSteps: 20, Seed: 1' },
    });
    expect((await inspect(plain)).json()).toMatchObject({ recipe: null, foreign: null });
  });

  test.each([
    ['no picture', Buffer.from('hello'), 'image/png', 422],
    ['a broken one', Buffer.from('\x89PNG\r\n\x1a\n and then nothing', 'latin1'), 'image/png', 422],
    ['nothing', Buffer.alloc(0), 'image/png', 422],
    ['text', Buffer.from('hello'), 'text/plain', 415],
  ])('%s is refused', async (_, payload, type, status) => {
    expect((await inspect(payload, type)).statusCode).toBe(status);
  });
});

async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await promisify<Buffer, Options, ZipFile>(fromBuffer)(bytes, { lazyEntries: true });
  const open = promisify<Entry, Readable>((entry, done) => zip.openReadStream(entry, done));
  const entries = new Map<string, Buffer>();
  zip.readEntry();
  for await (const [entry] of on(zip, 'entry', { close: ['end'] })) {
    entries.set(entry.fileName, await buffer(await open(entry)));
    zip.readEntry();
  }
  return entries;
}
