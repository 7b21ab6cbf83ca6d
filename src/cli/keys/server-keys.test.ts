import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../http/app.fixture.ts';
import { serverKeys } from './server-keys.ts';

let app: TestApp;
let url: string;
beforeAll(async () => {
  app = await openTestApp();
  url = await app.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

test('an open server gives its first key, and takes orders from that one only', async () => {
  const first = await serverKeys(url, undefined).create({ name: 'owner', scope: 'admin' });
  expect(app.keys.identify(first.key)).toEqual({
    id: first.record.id,
    scope: 'admin',
    project: 'proj_local',
  });
  await expect(serverKeys(url, undefined).list()).rejects.toThrow('DARKROOM_API_KEY');
  const admin = serverKeys(`${url}/`, first.key);
  const second = await admin.create({ name: 'phone', scope: 'read', project: 'anna' });
  expect(second.record.project).toMatch(/^proj_/);
  expect(second.record.project).not.toBe(first.record.project);
  expect(await admin.list()).toEqual([first.record, second.record]);
  expect((await admin.revoke(second.record.id)).revokedAt).toBeInstanceOf(Date);
  expect(app.keys.identify(second.key)).toBeNull();
  await expect(admin.revoke('key_nobody')).rejects.toThrow('KEY_NOT_FOUND');
});

test('what is no server, or not ours, is said', async () => {
  await expect(serverKeys('http://127.0.0.1:9', undefined).list()).rejects.toThrow('No server answers');
  const other = createServer((_, response) => response.end('{"keys":"piano"}')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : '';
  await expect(serverKeys(`http://127.0.0.1:${port}`, undefined).list()).rejects.toThrow(
    'not a Darkroom server',
  );
  other.close();
});
