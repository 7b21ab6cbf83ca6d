import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, plainBody } from '../app.fixture.ts';
import { createLinks } from './links.ts';

const setup = { baseUrl: undefined, signer: null, clock: () => new Date() };

test.each([
  ['127.0.0.1', '127.0.0.1:8000'],
  ['::ffff:192.168.1.5', '192.168.1.5:8000'],
  ['::1', '[::1]:8000'],
  ['fe80::1%eth0', '[fe80::1]:8000'],
])('without a Host header the URLs name the address %s that was connected to', (localAddress, host) => {
  const links = createLinks(setup, { protocol: 'http', host: '', socket: { localAddress, localPort: 8000 } });
  expect(links.to('/v1/models')).toBe(`http://${host}/v1/models`);
});

test('BASE_URL wins over how the request came, with its path', () => {
  const links = createLinks(
    { ...setup, baseUrl: 'https://a.example/darkroom/' },
    { protocol: 'http', host: 'x' },
  );
  expect(links.toSigned('/v1/requests/id/outputs/0')).toBe(
    'https://a.example/darkroom/v1/requests/id/outputs/0',
  );
});

test.each([
  [{ 'x-forwarded-proto': 'https' }, 'https://inside'],
  [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example' }, 'https://a.example'],
  [
    { 'x-forwarded-host': 'a.example:8443, b.example', 'x-forwarded-proto': 'https,http' },
    'https://a.example:8443',
  ],
  [
    { 'x-forwarded-host': 'a.example', 'x-forwarded-prefix': '/gpu/darkroom/' },
    'http://a.example/gpu/darkroom',
  ],
  [{ 'x-forwarded-host': '[2001:db8::1]:80' }, 'http://[2001:db8::1]:80'],
  [{ 'x-forwarded-prefix': '/../..' }, 'http://inside'],
  [
    { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a b"', 'x-forwarded-prefix': '//evil.example' },
    'http://inside',
  ],
])('the headers %o of a proxy say where the server is', (headers, origin) => {
  const links = createLinks(setup, { protocol: 'http', host: 'inside', headers });
  expect(links.to('/v1/models')).toBe(`${origin}/v1/models`);
  const based = createLinks(
    { ...setup, baseUrl: 'https://base' },
    { protocol: 'http', host: 'inside', headers },
  );
  expect(based.to('')).toBe('https://base');
});

test('a client of HTTP/1.0 is given URLs that work', async () => {
  const server = await openTestApp();
  const url = new URL(await server.app.listen({ port: 0, host: '127.0.0.1' }));
  const body = JSON.stringify(plainBody);
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.end(
    `POST /v1/inference HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const [, json = ''] = (await text(socket)).split('\r\n\r\n');
  const { status_url } = z.object({ status_url: z.url() }).parse(JSON.parse(json));
  expect((await fetch(status_url)).status).toBe(200);
  await server.close();
});
