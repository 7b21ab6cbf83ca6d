/** The API of a Cog container by its own words, without rendering. */
import { request as send } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nothingInMemory } from '../../../../tests/support/sample-job.ts';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { nativeDialect } from '../../native/native-dialect.ts';
import { importNeon } from '../neon-lora.fixture.ts';
import { replicateDialect } from '../replicate-dialect.ts';
import { cogDialect } from './cog-dialect.ts';

const dialects = [nativeDialect, replicateDialect, cogDialect];
let server: TestApp;
beforeAll(async () => {
  server = await openTestApp({ MAX_QUEUE: '60' }, null, dialects);
  await importNeon(server, 'neon');
});
afterAll(() => server.close());

interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  model?: string;
}

async function ask(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  { body, headers = {}, model = 'darkroom/demo' }: Asked = {},
) {
  const answer = await server.app.inject({
    method,
    url: `/cog/${model}${path}`,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, read: answer.body === '' ? null : answer.json() };
}

const later = { prefer: 'respond-async' };
const apple = { input: { prompt: 'a red apple', seed: 11 } };
const predict = (body: unknown, more: Asked = {}) =>
  ask('POST', '/predictions', { body, headers: later, ...more });
const put = (id: string, body: unknown) =>
  ask('PUT', `/predictions/${encodeURIComponent(id)}`, { body, headers: later });
const cancel = (id: string, model = 'darkroom/demo') =>
  ask('POST', `/predictions/${encodeURIComponent(id)}/cancel`, { model });

test('the index says where things are', async () => {
  const { read } = await ask('GET', '/');
  expect(read).toMatchObject({
    cog_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    healthcheck_url: 'http://localhost:80/cog/darkroom/demo/health-check',
    predictions_idempotent_url: 'http://localhost:80/cog/darkroom/demo/predictions/{prediction_id}',
  });
  for (const name of ['openapi_url', 'healthcheck_url', 'docs_url'])
    expect((await server.app.inject(new URL(read[name]).pathname)).statusCode).toBe(200);
  expect((await ask('GET', '/', { model: 'me/nothing' })).status).toBe(404);
});

test('its schema is that of the version', async () => {
  const { read } = await ask('GET', '/openapi.json');
  expect(read.components.schemas.Input.properties.num_outputs).toMatchObject({ minimum: 1, maximum: 4 });
  expect(Object.keys(read.paths)).toEqual(expect.arrayContaining(['/predictions', '/health-check']));
});

test('its health is that of the engine', async () => {
  const before = server.engine.current;
  const health = async () => (await ask('GET', '/health-check')).read;
  expect(await health()).toMatchObject({ status: 'READY', setup: { status: 'succeeded', logs: '' } });
  server.engine.current = { ...before, state: 'starting' };
  expect(await health()).toMatchObject({ status: 'STARTING', setup: { status: 'starting' } });
  server.engine.current = { ...before, state: 'unavailable', reason: 'No PyTorch.' };
  expect(await health()).toMatchObject({ status: 'SETUP_FAILED', setup: { logs: 'No PyTorch.' } });
  expect((await predict(apple)).status).toBe(503);
  server.engine.current = before;
});

test('a prediction that is not waited for is accepted, and canceled by its id', async () => {
  const { status, read } = await predict(apple);
  expect({ status, read }).toEqual({
    status: 202,
    read: { id: expect.stringMatching(/^[0-9a-z]{26}$/), status: 'starting' },
  });
  expect(await cancel(read.id, 'local/neon')).toEqual({ status: 404, read: {} });
  expect(await cancel(read.id)).toEqual({ status: 200, read: {} });
  expect(await cancel(read.id)).toEqual({ status: 404, read: {} });
  const job = await server.jobs.get(read.id.toUpperCase());
  expect(job).toMatchObject({ state: 'canceled', dialect: 'cog' });
});

test.each(['job-17', 'with/slash and ü', '\0', '0'.repeat(26)])(
  'under the id %j it is made once, and anew when it has ended',
  async (id) => {
    expect(await put(id, apple)).toEqual({ status: 202, read: { id, status: 'starting' } });
    const again = await put(id, { input: { prompt: 'another' } });
    expect(again).toMatchObject({
      status: 202,
      read: { id, status: 'starting', output: null, input: { prompt: 'a red apple' } },
    });
    expect((await predict({ ...apple, id })).read).toMatchObject({ id, input: { seed: 11 } });
    expect((await cancel(id)).status).toBe(200);
    expect((await cancel(id)).status).toBe(404);
    expect(await put(id, apple)).toEqual({ status: 202, read: { id, status: 'starting' } });
    expect((await cancel(id)).status).toBe(200);
  },
);

test('the same id twice at once is one prediction', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => put('at-once', apple)));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
  const { jobs } = await server.jobs.list({ limit: 8 });
  expect(jobs.filter(({ state }) => state === 'queued')).toHaveLength(1);
  const canceled = await Promise.all(Array.from({ length: 8 }, () => cancel('at-once')));
  expect(canceled.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
});

test('a LoRA is a container too, also of one version', async () => {
  const latest = await predict(apple, { model: 'local/neon' });
  const { version } = (await put('of-neon', apple)).read;
  expect(version).toBeUndefined();
  const job = await server.jobs.get(latest.read.id.toUpperCase());
  expect(job?.task).toMatchObject({ loras: [{ scale: 1 }] });
  const model = `local/neon:${'0'.repeat(64)}`;
  expect(await predict(apple, { model })).toMatchObject({
    status: 422,
    read: { detail: [{ loc: ['body', 'version'] }] },
  });
});

test.each<[string, unknown, (string | number)[], string, string]>([
  ['nothing', undefined, ['body', 'input', 'prompt'], 'value_error.missing', 'field required'],
  ['no prompt', { input: {} }, ['body', 'input', 'prompt'], 'value_error.missing', 'field required'],
  [
    'too many',
    { input: { prompt: 'x', num_outputs: 5 } },
    ['body', 'input', 'num_outputs'],
    'value_error',
    'less than',
  ],
  ['an input that is none', { input: [] }, ['body', 'input'], 'value_error', 'Expected: object'],
  ['a list', [], ['body'], 'value_error', 'Expected: object'],
  ['an id that is none', { ...apple, id: 7 }, ['body', 'id'], 'value_error', 'Expected: string'],
  ['a webhook that is none', { ...apple, webhook: 'x' }, ['body', 'webhook'], 'value_error', 'uri'],
  [
    'an inner webhook',
    { ...apple, webhook: 'http://10.0.0.1/' },
    ['body', 'webhook'],
    'value_error',
    'webhook cannot be called',
  ],
])('%s is refused with its place', async (_, body, loc, type, msg) => {
  const { status, read } = await predict(body);
  expect(status, JSON.stringify(read)).toBe(422);
  expect(read.detail[0]).toEqual({ loc, type, msg: expect.stringContaining(msg) });
});

test('another id than that of the path is refused, and what is not used is in the logs', async () => {
  expect((await put('one', { ...apple, id: 'two' })).read).toMatchObject({
    detail: [{ loc: ['body', 'id'] }],
  });
  await put('one', { input: { ...apple.input, go_fast: true }, output_file_prefix: 'x', context: {} });
  const { logs } = (await put('one', apple)).read;
  expect(logs).toContain('Not used: output_file_prefix.');
  expect(logs).toContain('The model has no input go_fast: not used.');
});

test('it neither streams nor stops the server', async () => {
  const headers = { accept: 'text/event-stream' };
  expect(await ask('POST', '/predictions', { body: apple, headers })).toMatchObject({
    status: 406,
    read: { detail: expect.stringContaining('does not stream') },
  });
  expect(await ask('POST', '/shutdown')).toMatchObject({ status: 403, read: { detail: expect.any(String) } });
  expect((await ask('GET', '/predictions/one')).status).toBe(405);
});

test('who hangs up cancels', async () => {
  const url = new URL(await server.app.listen({ port: 0, host: '127.0.0.1' }));
  const body = JSON.stringify({ ...apple, id: 'hung-up' });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const asking = send(new URL('/cog/darkroom/demo/predictions', url), { method: 'POST', headers });
  asking.on('error', () => {});
  asking.end(body);
  const known = async () => (await server.jobs.list({ limit: 1 })).jobs[0];
  await expect.poll(async () => JSON.stringify((await known())?.request)).toContain('hung-up');
  expect((await known())?.state).toBe('queued');
  asking.destroy();
  await expect.poll(async () => (await known())?.state).toBe('canceled');
});

test('keys are asked for where there are any, but not by probes, and one cannot touch what another asked', async () => {
  const [first, second] = ['first-key-of-sixteen', 'second-key-of-sixteen'];
  const closed = await openTestApp({ API_KEYS: `${first},${second}` }, server, dialects);
  const asking = (key: string | null, path: string) =>
    closed.app.inject({
      method: 'POST',
      url: `/cog/darkroom/demo${path}`,
      headers: { ...later, ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      payload: { ...apple, id: 'mine' },
    });
  expect((await asking(null, '/predictions')).statusCode).toBe(401);
  expect((await closed.app.inject('/cog/darkroom/demo/health-check')).statusCode).toBe(200);
  expect((await asking(first, '/predictions')).statusCode).toBe(202);
  expect((await asking(second, '/predictions/mine/cancel')).statusCode).toBe(404);
  expect((await asking(first, '/predictions/mine/cancel')).statusCode).toBe(200);
  await closed.close();
});

test('a queue that is full is a container that is busy', async () => {
  await server.jobs.work.claim({ kinds: ['render'], inMemory: nothingInMemory, most: 100 });
  for (let sent = 0; sent < 60; sent++) await predict(apple);
  expect(await predict(apple)).toEqual({
    status: 409,
    read: { error: expect.any(String), status: 'failed' },
  });
  expect((await ask('GET', '/health-check')).read.status).toBe('BUSY');
});
