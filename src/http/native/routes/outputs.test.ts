import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobPrefix } from '../../../files/file-key.ts';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { claimNext, storeOutput, submitPlain } from '../../job.fixture.ts';

const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
let server: TestApp;
let origin: string;
let id: string;
let path: string;

beforeAll(async () => {
  server = await openTestApp();
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  id = await submitPlain(server, { prompts: [{ prompt: 'one' }, { prompt: 'two' }] });
  await claimNext(server);
  await storeOutput(server, id, 0, content);
  path = `/v1/requests/${id}/outputs/0`;
});
afterAll(() => server.close());

const get = (headers: Record<string, string> = {}, query = '', method = 'GET') =>
  fetch(`${origin}${path}${query}`, { headers, method });
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('the whole file, with what a browser and a cache want to know', async () => {
  const response = await get();
  expect(response.status).toBe(200);
  expect(await bytes(response)).toEqual(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': '1000',
    'accept-ranges': 'bytes',
    etag: `"${sha256}"`,
    'content-disposition': `inline; filename="${id}_output_0.png"`,
    'x-content-type-options': 'nosniff',
  });
});

test('?download offers it for saving', async () => {
  const response = await get({}, '?download');
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${id}_output_0.png"`);
  await response.arrayBuffer();
});

test('HEAD answers the same headers without the file', async () => {
  const response = await get({}, '', 'HEAD');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('1000');
  expect(await bytes(response)).toHaveLength(0);
});

describe('parts', () => {
  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=900-', 900, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=990-2000', 990, 1000],
  ])('%s', async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`);
    expect(response.headers.get('content-length')).toBe(String(end - start));
    expect(await bytes(response)).toEqual(content.subarray(start, end));
  });

  test('a download can be resumed part by part', async () => {
    const parts: Buffer[] = [];
    for (let start = 0; start < 1000; start += 300)
      parts.push(await bytes(await get({ range: `bytes=${start}-${start + 299}` })));
    expect(Buffer.concat(parts)).toEqual(content);
  });

  test('behind the end there is nothing', async () => {
    const response = await get({ range: 'bytes=1000-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */1000');
    expect(await response.json()).toMatchObject({ error: { code: 'RANGE_NOT_SATISFIABLE' } });
  });

  test('If-Range asks for the part of a file that is still the same', async () => {
    const etag = (await get({}, '', 'HEAD')).headers.get('etag') ?? '';
    expect((await get({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    expect((await get({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
  });
});

test('a client that has it already gets 304', async () => {
  const etag = (await get({}, '', 'HEAD')).headers.get('etag') ?? '';
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const response = await get({ 'if-none-match': header });
    expect(response.status).toBe(304);
    expect(await bytes(response)).toHaveLength(0);
  }
  expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
});

test.each(['1', '2', '-1', '0.0', '00', 'x', '9'.repeat(40)])('there is no output %s', async (index) => {
  const response = await fetch(`${origin}/v1/requests/${id}/outputs/${index}`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: { code: 'OUTPUT_NOT_FOUND', message: expect.stringContaining('1 of 2 finished') },
  });
});

test('a file that retention removed is not found, and is not cached as such', async () => {
  const gone = await submitPlain(server);
  await claimNext(server);
  await storeOutput(server, gone, 0, content);
  await server.files.remove(jobPrefix(gone));
  const response = await fetch(`${origin}/v1/requests/${gone}/outputs/0`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'OUTPUT_NOT_FOUND' } });
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('a file that has become shorter closes the connection, so that nobody waits for the rest', async () => {
  const key = `jobs/${id}/${id}_output_0.png`;
  await writeFile(server.files.locate(key), content.subarray(0, 400));
  await expect(get().then(bytes)).rejects.toThrow('terminated');
  await server.files.put(key, content, 'image/png');
  expect(await get().then(bytes)).toEqual(content);
});
