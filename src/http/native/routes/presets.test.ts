/** Settings that are kept under names, each key its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../../database/schema.ts';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';

let server: TestApp;
let keys: Record<'admin' | 'anna' | 'ben' | 'looker', string>;
beforeAll(async () => {
  server = await openTestApp({ OUTBOUND_ALLOW: 'hooks.test' });
  const make = async (scope: string, admin?: string): Promise<string> =>
    (await send('POST', '/v1/keys', admin, { name: 'x', scope })).json().key;
  const admin = await make('admin');
  keys = {
    admin,
    anna: await make('write', admin),
    ben: await make('write', admin),
    looker: await make('read', admin),
  };
});
afterAll(() => server.close());

function send(method: 'GET' | 'POST' | 'DELETE', url: string, key?: string, payload?: object) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

const keep = (key: string, preset: object) => send('POST', '/v1/presets', key, preset);
const names = async (key: string): Promise<string[]> =>
  (await send('GET', '/v1/presets', key)).json().presets.map(({ name }: { name: string }) => name);

test('a preset comes back as it was kept, and one of the same name gives way', async () => {
  const settings = { width: 768, sample_steps: 30, neg: 'ugly', tiled_decoding: true, seed: 7 };
  const first = await keep(keys.anna, {
    name: ' Tall ',
    model: 'flux',
    settings: { ...settings, fps: null },
  });
  expect(first.json()).toMatchObject({ name: 'Tall', model: 'flux', settings });
  expect(first.json().settings).toEqual(settings);
  const again = await keep(keys.anna, { name: 'Tall', settings: { width: 512 } });
  expect(again.json()).toMatchObject({ model: null, settings: { width: 512 } });
  expect(await names(keys.anna)).toEqual(['Tall']);
});

test('nobody sees, or removes, those of another key', async () => {
  const { id } = (await keep(keys.ben, { name: 'Tall', settings: {} })).json();
  for (const other of [keys.anna, keys.admin]) {
    expect((await send('DELETE', `/v1/presets/${id}`, other)).json()).toEqual({ removed: false });
  }
  expect(await names(keys.admin)).toEqual([]);
  expect((await send('DELETE', `/v1/presets/${id}`, keys.ben)).json()).toEqual({ removed: true });
  expect(await names(keys.ben)).toEqual([]);
  expect(await names(keys.anna)).toEqual(['Tall']);
});

test.each([
  ['a field that no request has', { name: 'x', settings: { steps: 30 } }, 'steps'],
  ['a picture, which is no setting', { name: 'x', settings: { image: 'data:' } }, 'image'],
  ['a value out of range', { name: 'x', settings: { sample_steps: 0 } }, 'sample_steps'],
  ['no name', { name: '  ', settings: {} }, 'name'],
  ['no settings', { name: 'x' }, 'settings'],
  ['a name of what cannot be stored', { name: 'a\0b', settings: {} }, 'NUL'],
])('%s is refused', async (_, body, named) => {
  const answer = await keep(keys.anna, body);
  expect([answer.statusCode, answer.json().error.code]).toEqual([422, 'INVALID_REQUEST']);
  expect(JSON.stringify(answer.json().error)).toContain(named);
});

test('a key that only reads keeps nothing', async () => {
  expect((await keep(keys.looker, { name: 'x', settings: {} })).statusCode).toBe(403);
  expect(await names(keys.looker)).toEqual([]);
});

test('the 201st is one too many, and another of a known name is not', async () => {
  const own = await send('POST', '/v1/keys', keys.admin, { name: 'y', scope: 'write' });
  const { key } = own.json();
  const keyId = own.json().id;
  const rows = Array.from({ length: 200 }, (_, index) => ({ id: `preset_${index}`, name: `p${index}` }));
  await server.database.queries
    .insert(presets)
    .values(rows.map((row) => ({ ...row, keyId, settings: {}, createdAt: new Date() })));
  expect((await keep(key, { name: 'more', settings: {} })).json().error.message).toContain('200 presets');
  expect((await keep(key, { name: 'p7', settings: { width: 64 } })).statusCode).toBe(200);
  expect(await names(key)).toHaveLength(200);
});

test('the calls of webhooks are told to the key whose request they are about, and to admins', async () => {
  const webhook = { webhook_url: 'https://hooks.test/in?token=secret', webhook_events: ['completed'] };
  const sent = await send('POST', '/v1/inference', keys.anna, { ...plainBody, ...webhook });
  const { request_id } = sent.json();
  await send('POST', `/v1/requests/${request_id}/cancel`, keys.anna);
  const recent = async (key: string) => (await send('GET', '/v1/webhooks/deliveries', key)).json().deliveries;
  expect(await recent(keys.ben)).toEqual([]);
  for (const key of [keys.anna, keys.admin])
    expect(await recent(key)).toMatchObject([
      { request_id, event: 'completed', state: 'pending', attempts: 0, webhook_url: 'https://hooks.test/in' },
    ]);
  expect((await send('GET', '/v1/webhooks/deliveries?limit=0', keys.anna)).statusCode).toBe(422);
});
