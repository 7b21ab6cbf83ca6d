import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createGuardedFetch, readBody } from './guarded-fetch.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const loopback = [{ address: '127.0.0.1', family: 4 }];
const limits = { maxBytes: 1000, timeoutMs: 5000 };
const open = createGuardedFetch({ allow: ['127.0.0.1'], resolve: async () => loopback });
const closed = createGuardedFetch({ allow: [], resolve: async () => loopback });

describe('what is fetched', () => {
  test('a small file, with its type', async () => {
    const port = await serve((_, response) =>
      response.setHeader('content-type', 'image/png; x=1').end('picture'),
    );
    const answer = await open(`http://pictures.test:${port}/a.png?token=secret`, {
      ...limits,
      accept: ['image/'],
    });
    expect(answer.contentType).toBe('image/png');
    expect(Buffer.from(await readBody(answer)).toString()).toBe('picture');
  });

  test('a redirect to an allowed place, without the headers meant for the first host', async () => {
    const seen: (string | undefined)[] = [];
    const target = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('there');
    });
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `http://other.test:${target}/` }).end();
    });
    const answer = await open(`http://one.test:${port}/`, {
      ...limits,
      headers: { authorization: 'Bearer hf_x' },
    });
    expect(Buffer.from(await readBody(answer)).toString()).toBe('there');
    expect(seen).toEqual(['Bearer hf_x', undefined]);
  });
});

describe('a part of a file', () => {
  test('is asked for after a redirect too, and headers tell which host they are of', async () => {
    const seen: (string | undefined)[] = [];
    const target = await serve((request, response) => {
      seen.push(request.headers.range, request.headers.authorization);
      response.writeHead(206, { etag: '"theirs"', 'content-range': 'bytes 2-3/10' }).end('cd');
    });
    const port = await serve((_, response) =>
      response.writeHead(302, { location: `http://other.test:${target}/`, 'x-linked-etag': '"ours"' }).end(),
    );
    const answer = await open(`http://one.test:${port}/`, {
      ...limits,
      headers: { authorization: 'Bearer hf_x' },
      part: { range: 'bytes=2-3' },
      statuses: [200, 206],
    });
    expect(Buffer.from(await readBody(answer)).toString()).toBe('cd');
    expect(seen).toEqual(['bytes=2-3', undefined]);
    expect([answer.status, answer.header('etag'), answer.header('x-linked-etag')]).toEqual([
      206,
      '"theirs"',
      null,
    ]);
    expect([answer.ownHeader('x-linked-etag'), answer.ownHeader('etag')]).toEqual(['"ours"', null]);
  });

  test('that nobody asked for is an error', async () => {
    const port = await serve((_, response) => response.writeHead(206).end('cd'));
    await expect(open(`http://one.test:${port}/`, limits)).rejects.toMatchObject({ status: 206 });
  });
});

describe('what is refused', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[2002:7f00:1::]/',
    'http://localhost/',
    'http://looks-fine.test/',
  ])('%s', async (url) => {
    await expect(closed(url, limits)).rejects.toMatchObject({
      name: 'OutboundError',
      problem: 'refused_address',
    });
  });

  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'not a url',
    'http://u:p@example.com/',
  ])('%s', async (url) => {
    await expect(closed(url, limits)).rejects.toMatchObject({ problem: 'bad_url' });
  });

  test('a redirect to a private address', async () => {
    const port = await serve((_, response) =>
      response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
    );
    await expect(open(`http://one.test:${port}/`, limits)).rejects.toMatchObject({
      problem: 'refused_address',
    });
  });

  test('endless redirects', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(open(`http://one.test:${port}/`, limits)).rejects.toMatchObject({
      problem: 'too_many_redirects',
    });
  });

  test('a host outside the given ones, however similar', async () => {
    const narrowed = { ...limits, allowedHosts: ['huggingface.co'] };
    await expect(open('http://huggingface.co.evil.test/', narrowed)).rejects.toMatchObject({
      problem: 'refused_host',
    });
    await expect(open('http://evilhuggingface.co/', narrowed)).rejects.toMatchObject({
      problem: 'refused_host',
    });
  });

  test('more bytes than allowed, announced or not', async () => {
    const announced = await serve((_, response) => response.end(Buffer.alloc(2000)));
    await expect(open(`http://one.test:${announced}/`, limits)).rejects.toMatchObject({
      problem: 'too_large',
    });
    const chunked = await serve((_, response) => {
      response.write(Buffer.alloc(900));
      response.end(Buffer.alloc(900));
    });
    const answer = await open(`http://one.test:${chunked}/`, limits);
    await expect(readBody(answer)).rejects.toMatchObject({ problem: 'too_large' });
  });

  test('an answer that never comes, or stops half way', async () => {
    const silent = await serve(() => {});
    const brief = { ...limits, timeoutMs: 200 };
    await expect(open(`http://one.test:${silent}/`, brief)).rejects.toMatchObject({ problem: 'timeout' });
    const half = await serve((_, response) => response.write('half'));
    const answer = await open(`http://one.test:${half}/`, brief);
    await expect(readBody(answer)).rejects.toMatchObject({ problem: 'timeout' });
  });

  test('an error status, another type, and a closed port, each without the query in the message', async () => {
    const missing = await serve((_, response) => response.writeHead(404).end());
    const failed = open(`http://one.test:${missing}/x?token=secret`, limits);
    await expect(failed).rejects.toMatchObject({ problem: 'bad_status', status: 404 });
    await expect(failed).rejects.not.toThrow('secret');
    const page = await serve((_, response) => response.setHeader('content-type', 'text/html').end('<html>'));
    await expect(open(`http://one.test:${page}/`, { ...limits, accept: ['image/'] })).rejects.toMatchObject({
      problem: 'bad_type',
    });
    await expect(open('http://one.test:1/?token=secret', limits)).rejects.toMatchObject({
      problem: 'unreachable',
    });
  });
});

describe('the time', () => {
  const soon = { maxBytes: 1000, timeoutMs: 100 };

  test('ends a name that is never resolved', async () => {
    const fetch = createGuardedFetch({ allow: ['127.0.0.1'], resolve: () => new Promise(() => {}) });
    await expect(fetch('http://nowhere.test/', soon)).rejects.toMatchObject({ problem: 'timeout' });
  });

  test('ends a body that never does', async () => {
    const port = await serve((_, response) => void response.write('one'));
    const answer = await open(`http://one.test:${port}/`, soon);
    await expect(readBody(answer)).rejects.toMatchObject({ problem: 'timeout' });
  });

  test('is not spent on what no header can carry', async () => {
    const port = await serve((_, response) => void response.end('x'));
    const headers = { authorization: 'Bearer hf_€' };
    const url = `http://one.test:${port}/`;
    await expect(open(url, { ...limits, headers })).rejects.toMatchObject({ problem: 'bad_header' });
    expect(Buffer.from(await readBody(await open(url, limits))).toString()).toBe('x');
  });
});
