import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';

const errorSchema = z.object({ error: z.object({ message: z.string() }) });

let server: TestApp;
let url: string;
beforeAll(async () => {
  server = await openTestApp({ MAX_BODY_MB: '1' });
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

function post(body: Uint8Array<ArrayBuffer>, encoding: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
  return fetch(`${url}/v1/inference`, { method: 'POST', headers, body });
}

const messageOf = async (answer: Response) => errorSchema.parse(await answer.json()).error.message;

const json = Buffer.from(JSON.stringify(plainBody));
const bytes = (buffer: Buffer) => new Uint8Array(buffer);

test.each([
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['identity', (content: Buffer) => content],
] as const)('a body in %s is read', async (encoding, compress) => {
  const answer = await post(bytes(compress(json)), encoding);
  expect(answer.status, await answer.text()).toBe(200);
});

test.each(['compress', 'gzip, br', 'lz4'])('the encoding %s is refused by its name', async (encoding) => {
  const answer = await post(bytes(json), encoding);
  expect(answer.status).toBe(415);
  expect(await messageOf(answer)).toContain(`Content-Encoding "${encoding}"`);
});

test.each([
  ['gzip', json],
  ['br', json],
  ['zstd', json],
  ['gzip', gzipSync(json).subarray(0, 40)],
  ['deflate', gzipSync(json)],
])('what is not whole %s is refused', async (encoding, body) => {
  const answer = await post(bytes(Buffer.from(body)), encoding);
  expect(answer.status).toBe(422);
  expect(await messageOf(answer)).toContain(`not compressed with ${encoding}`);
});

test('a bomb is refused by what is in it', async () => {
  const bomb = bytes(gzipSync(Buffer.alloc(64 * 2 ** 20)));
  const answer = await post(bomb, 'gzip');
  expect(answer.status).toBe(413);
  expect((await post(bytes(gzipSync(json)), 'gzip')).status).toBe(200);
});

test('a body that needs none may be empty whatever type it announces, and no other may', async () => {
  const cancel = `${url}/v1/requests/nothing/cancel`;
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json', 'image/png']) {
    const headers = { 'content-type': type };
    expect((await fetch(cancel, { method: 'POST', headers })).status).toBe(404);
    expect(
      (
        await fetch(cancel, {
          method: 'POST',
          headers,
          body: new ReadableStream({ start: (c) => c.close() }),
          duplex: 'half',
        })
      ).status,
    ).toBe(404);
  }
  const text = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a=b' };
  expect((await fetch(cancel, text)).status).toBe(415);
});
