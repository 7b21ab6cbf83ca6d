import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, plainBody, type TestApp } from '../app.fixture.ts';
import { bearerForm } from './key-check.ts';

const admin = 'admin-key-of-this-server';
const withKey = (key: string) => ({ authorization: `Bearer ${key}` });

let server: TestApp;
let url: string;
beforeAll(async () => {
  server = await openTestApp({ API_KEYS: admin, RATE_LIMIT_PER_MINUTE: '30' });
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

test('wrong keys of an address are limited, and right ones go on working', async () => {
  const statuses = [];
  for (let count = 0; count < 25; count++) {
    const answer = await fetch(`${url}/v1/requests`, { headers: withKey(`wrong-${count}`) });
    statuses.push(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(statuses).toEqual([...Array(20).fill(401), ...Array(5).fill(429)]);
  expect((await fetch(`${url}/v1/requests`, { headers: withKey(admin) })).status).toBe(200);
  expect((await fetch(`${url}/v1/requests`)).status).toBe(401);
});

test('a revoked key ends the streams that it opened, and the request goes on', async () => {
  const { key, record } = await server.keys.create({ name: 'follower', scope: 'write' });
  const headers = { ...withKey(key), 'content-type': 'application/json' };
  const sent = await server.app.inject({ method: 'POST', url: '/v1/inference', headers, payload: plainBody });
  const { request_id } = sent.json();
  const events = await fetch(`${url}/v1/requests/${request_id}/events`, { headers });
  expect(events.status).toBe(200);
  await server.keys.revoke(record.id);
  // It would last as long as the request otherwise.
  expect(await events.text()).toContain('event: queued');
  expect((await server.jobs.get(request_id))?.state).toBe('queued');
});

test('the limit of a key counts routes, however their paths are spelled', async () => {
  const { key } = await server.keys.create({ name: 'busy', scope: 'read' });
  const { port, hostname } = new URL(url);
  const statuses = [];
  for (let count = 0; count < 32; count++) {
    const socket = connect(Number(port), hostname);
    const path = count % 2 === 0 ? '/%761/requests' : '/v1/request%73/';
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    statuses.push(String(answer).slice(9, 12));
  }
  expect(statuses).toEqual([...Array(30).fill('200'), '429', '429']);
});

test('only a bearer header carries a key', () => {
  expect(bearerForm.read('Bearer abc')).toBe('abc');
  expect(bearerForm.read('bearer  abc')).toBe('abc');
  for (const header of ['', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'abc']) {
    expect(bearerForm.read(header)).toBeNull();
  }
});
