/** Browsers that sign in with a key: what a session may do, and when it ends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';

const own = 'http://darkroom.test';
let server: TestApp;
let admin: string;
beforeAll(async () => {
  server = await openTestApp();
  const payload = { name: 'owner', scope: 'admin' };
  admin = (await server.app.inject({ method: 'POST', url: '/v1/keys', payload })).json().key;
});
afterAll(() => server.close());

async function makeKey(scope: string): Promise<{ key: string; id: string }> {
  const headers = { authorization: `Bearer ${admin}` };
  return (
    await server.app.inject({ method: 'POST', url: '/v1/keys', headers, payload: { name: 'x', scope } })
  ).json();
}

interface Sent {
  method?: 'GET' | 'POST' | 'DELETE';
  cookie?: string;
  origin?: string;
  payload?: object;
}

function ask(app: TestApp['app'], url: string, { method = 'GET', cookie, origin, payload }: Sent = {}) {
  const headers = {
    host: 'darkroom.test',
    ...(cookie === undefined ? {} : { cookie }),
    ...(origin === undefined ? {} : { origin }),
  };
  return app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

async function signIn(key: string, more: object = {}): Promise<string> {
  const answer = await ask(server.app, '/v1/session', {
    method: 'POST',
    origin: own,
    payload: { key, ...more },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return String(answer.headers['set-cookie']);
}

test('a cookie stands for the key, and no script reads it', async () => {
  const { key, id } = await makeKey('write');
  const set = await signIn(key);
  expect(set).toMatch(/^darkroom_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/i);
  const cookie = set.split(';')[0] ?? '';
  const session = await ask(server.app, '/v1/session', { cookie });
  expect(session.json()).toMatchObject({ open: false, scope: 'write', key_id: id, may_upload: false });
  const hours = (Date.parse(session.json().expires_at) - Date.now()) / 3_600_000;
  expect(Math.round(hours)).toBe(12);
  expect(await signIn(key, { remember: true })).toContain('Max-Age=2592000');
  const sent = await ask(server.app, '/v1/inference', {
    method: 'POST',
    cookie,
    origin: own,
    payload: plainBody,
  });
  expect(sent.statusCode).toBe(200);
  const row = (await ask(server.app, `/v1/requests/${sent.json().request_id}/status`, { cookie })).json();
  expect(row.status).toBe('in_queue');
});

test.each([
  ['another page', 'https://evil.test'],
  ['a page of another port', 'http://darkroom.test:81'],
  ['nobody', undefined],
  ['what is no origin', 'null'],
])('with a session nothing is changed for %s', async (_, origin) => {
  const cookie = (await signIn((await makeKey('write')).key)).split(';')[0] ?? '';
  const sent = {
    method: 'POST',
    cookie,
    payload: plainBody,
    ...(origin === undefined ? {} : { origin }),
  } as const;
  const answer = await ask(server.app, '/v1/inference', sent);
  expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'FORBIDDEN']);
  expect((await ask(server.app, '/v1/requests', { cookie, ...(origin ? { origin } : {}) })).statusCode).toBe(
    200,
  );
});

test('it holds to the scope of its key, and ends with it, or when it is signed out', async () => {
  const { key, id } = await makeKey('read');
  const cookie = (await signIn(key)).split(';')[0] ?? '';
  const write = await ask(server.app, '/v1/inference', {
    method: 'POST',
    cookie,
    origin: own,
    payload: plainBody,
  });
  expect(write.json().error.details).toEqual({ needed: 'write', scope: 'read' });
  const other = (await signIn(key)).split(';')[0] ?? '';
  const out = await ask(server.app, '/v1/session', { method: 'DELETE', cookie: other, origin: own });
  expect([out.json(), String(out.headers['set-cookie'])]).toEqual([
    { ended: true },
    expect.stringContaining('Max-Age=0'),
  ]);
  expect((await ask(server.app, '/v1/models', { cookie: other })).statusCode).toBe(401);
  expect((await ask(server.app, '/v1/models', { cookie })).statusCode).toBe(200);
  await server.keys.revoke(id);
  expect((await ask(server.app, '/v1/models', { cookie })).statusCode).toBe(401);
});

test('a wrong key opens nothing, and many of them have to wait', async () => {
  const guessed = await openTestApp({}, server);
  const guess = () => ask(guessed.app, '/v1/session', { method: 'POST', payload: { key: 'dk_guess' } });
  const first = await guess();
  expect([first.statusCode, first.json().error.code]).toEqual([401, 'UNAUTHORIZED']);
  expect(first.headers['set-cookie']).toBeUndefined();
  for (let sent = 0; sent < 20; sent++) await guess();
  const last = await guess();
  expect([last.statusCode, last.json().error.code]).toEqual([429, 'RATE_LIMITED']);
  const cookie = 'darkroom_session=made-up; other=1';
  expect((await ask(guessed.app, '/v1/session', { cookie })).statusCode).toBe(401);
  await guessed.close();
});

test('by https the cookie is secure and bound to the host', async () => {
  const secure = await openTestApp({ BASE_URL: 'https://pictures.example' }, server);
  const origin = 'https://pictures.example';
  const { key } = await makeKey('read');
  const set = await ask(secure.app, '/v1/session', { method: 'POST', origin, payload: { key } });
  expect(String(set.headers['set-cookie'])).toMatch(/^__Host-darkroom_session=.*; Secure/);
  await secure.close();
});

test('an open server behaves as for an admin, and sets no cookie', async () => {
  const open = await openTestApp();
  for (const method of ['GET', 'POST'] as const) {
    const headers = { host: 'localhost' };
    const answer = await open.app.inject({
      method,
      url: '/v1/session',
      headers,
      ...(method === 'POST' ? { payload: {} } : {}),
    });
    expect(answer.json()).toMatchObject({ open: true, scope: 'admin', may_upload: true, key_id: null });
    expect(answer.headers['set-cookie']).toBeUndefined();
  }
  await open.close();
});
