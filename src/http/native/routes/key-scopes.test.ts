/** What each scope may do, whose requests a key sees, and how much it may send. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';
import { claimNext, storeOutput } from '../../job.fixture.ts';

let server: TestApp;
let keys: Record<'admin' | 'anna' | 'ben' | 'looker', string>;
beforeAll(async () => {
  server = await openTestApp();
  const first = await send('POST', '/v1/keys', undefined, { name: 'owner', scope: 'admin' });
  const admin: string = first.json().key;
  const make = async (name: string, scope: string): Promise<string> =>
    (await send('POST', '/v1/keys', admin, { name, scope })).json().key;
  keys = {
    admin,
    anna: await make('anna', 'write'),
    ben: await make('ben', 'write'),
    looker: await make('looker', 'read'),
  };
});
afterAll(() => server.close());

function send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, key?: string, payload?: object) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

async function submit(key: string): Promise<string> {
  const answer = await send('POST', '/v1/inference', key, { ...plainBody, priority: 100 });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json().request_id;
}

test('an open server makes an admin key first, and is closed from then on', async () => {
  const open = await openTestApp();
  const create = (scope: string) =>
    open.app.inject({ method: 'POST', url: '/v1/keys', payload: { name: 'x', scope } });
  expect((await create('write')).json().error).toMatchObject({ code: 'INVALID_REQUEST' });
  expect((await open.app.inject('/v1/models')).statusCode).toBe(200);
  expect((await create('admin')).json()).toMatchObject({ name: 'x', scope: 'admin', revoked_at: null });
  expect((await open.app.inject('/v1/models')).statusCode).toBe(401);
  expect((await open.app.inject('/openapi.json')).json().security).toEqual([{ key: [] }]);
  expect((await open.app.inject({ url: '/health', headers: { host: 'darkroom.example' } })).statusCode).toBe(
    200,
  );
  await open.close();
});

describe('scopes', () => {
  test('read looks and sends nothing', async () => {
    expect((await send('GET', '/v1/models', keys.looker)).statusCode).toBe(200);
    expect((await send('GET', '/v1/requests', keys.looker)).statusCode).toBe(200);
    for (const url of ['/v1/inference', '/v1/requests/x/cancel']) {
      const answer = await send('POST', url, keys.looker, plainBody);
      expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'FORBIDDEN']);
      expect(answer.json().error).toMatchObject({ details: { needed: 'write', scope: 'read' } });
      expect(answer.json().error.message).toContain('"write"');
    }
  });

  test('only admin manages keys', async () => {
    for (const [method, url] of [
      ['GET', '/v1/keys'],
      ['POST', '/v1/keys'],
      ['DELETE', '/v1/keys/x'],
    ] as const) {
      const answer = await send(method, url, keys.anna, method === 'POST' ? { name: 'x' } : undefined);
      expect([answer.statusCode, answer.json().error.details.needed]).toEqual([403, 'admin']);
    }
    const listed = (await send('GET', '/v1/keys', keys.admin)).json().keys;
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(['owner', 'anna', 'ben', 'looker']);
    expect(JSON.stringify(listed)).not.toContain(keys.anna);
  });

  test('a key that is revoked stops at once', async () => {
    const made = (await send('POST', '/v1/keys', keys.admin, { name: 'short' })).json();
    expect(made.scope).toBe('write');
    expect((await send('GET', '/v1/models', made.key)).statusCode).toBe(200);
    const revoked = await send('DELETE', `/v1/keys/${made.id}`, keys.admin);
    expect(revoked.json().revoked_at).toMatch(/Z$/);
    expect((await send('GET', '/v1/models', made.key)).statusCode).toBe(401);
  });

  test('ids that are none of ours are answered, whatever is in them', async () => {
    for (const id of ['nobody', '%00', '%f0%9f%98%80', "';--"]) {
      const answer = await send('DELETE', `/v1/keys/${id}`, keys.admin);
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'KEY_NOT_FOUND']);
    }
  });
});

describe('whose requests', () => {
  test('a key sees its own, an admin sees all, and to the others they do not exist', async () => {
    const id = await submit(keys.anna);
    await claimNext(server);
    await storeOutput(server, id, 0, Buffer.from('picture'));
    for (const path of ['status', 'result', 'outputs/0']) {
      const url = `/v1/requests/${id}/${path}`;
      expect((await send('GET', url, keys.anna)).statusCode, path).toBe(200);
      expect((await send('GET', url, keys.admin)).statusCode, path).toBe(200);
      for (const other of [keys.ben, keys.looker]) {
        const answer = await send('GET', url, other);
        expect([answer.statusCode, answer.json().error.code], path).toEqual([404, 'REQUEST_NOT_FOUND']);
      }
    }
    for (const path of ['events', 'cancel']) {
      const method = path === 'cancel' ? 'POST' : 'GET';
      expect((await send(method, `/v1/requests/${id}/${path}`, keys.ben)).statusCode, path).toBe(404);
    }
    for (const [method, path, payload] of [
      ['GET', '', undefined],
      ['GET', '/webhooks', undefined],
      ['GET', '/outputs/0/thumbnail', undefined],
      ['PATCH', '/outputs/0', { favourite: true }],
      ['DELETE', '/outputs/0', undefined],
    ] as const) {
      const answer = await send(method, `/v1/requests/${id}${path}`, keys.ben, payload);
      expect([answer.statusCode, answer.json().error.code], path).toEqual([404, 'REQUEST_NOT_FOUND']);
    }
    const zip = { outputs: [{ request_id: id, index: 0 }] };
    expect((await send('POST', '/v1/outputs/zip', keys.ben, zip)).statusCode).toBeGreaterThanOrEqual(400);
    expect((await send('GET', `/v1/requests/${id}/outputs/0`, keys.anna)).statusCode).toBe(200);
    expect((await server.jobs.get(id))?.state).toBe('running');
    const ids = async (key: string) =>
      (await send('GET', '/v1/requests', key))
        .json()
        .requests.map((one: { request_id: string }) => one.request_id);
    expect(await ids(keys.anna)).toEqual([id]);
    expect(await ids(keys.ben)).toEqual([]);
    expect(await ids(keys.admin)).toContain(id);
  });
});

test('MAX_QUEUE_PER_KEY keeps one key from filling the queue for all', async () => {
  const queue = await openTestApp({ MAX_QUEUE_PER_KEY: '1', API_KEYS: 'one,two' });
  const post = (key: string) =>
    queue.app.inject({
      method: 'POST',
      url: '/v1/inference',
      payload: plainBody,
      headers: { authorization: `Bearer ${key}` },
    });
  const both = await Promise.all([post('one'), post('one'), post('two')]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 429]);
  const refused = await post('two');
  expect(refused.json().error).toMatchObject({ code: 'QUEUE_FULL', details: { limit: 1 } });
  expect(refused.json().error.message).toContain('MAX_QUEUE_PER_KEY');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  await queue.close();
});

describe('RATE_LIMIT_PER_MINUTE', () => {
  test('counts each key for itself, and says when to come back', async () => {
    const limited = await openTestApp({ RATE_LIMIT_PER_MINUTE: '2' }, server);
    const get = (key: string, url = '/v1/models') =>
      limited.app.inject({ url, headers: { authorization: `Bearer ${key}` } });
    expect((await get(keys.anna)).headers['x-ratelimit-remaining']).toBe('1');
    expect((await get(keys.anna, '/v1/requests')).statusCode).toBe(200);
    const refused = await get(keys.anna);
    expect([refused.statusCode, refused.json().error.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await get(keys.ben)).statusCode).toBe(200);
    for (let count = 0; count < 5; count++)
      expect((await limited.app.inject('/health')).statusCode).toBe(200);
    await limited.close();
  });

  test('there is none without keys, unless it is set', async () => {
    const open = await openTestApp();
    expect((await open.app.inject('/v1/models')).headers['x-ratelimit-limit']).toBeUndefined();
    await open.close();
  });
});
