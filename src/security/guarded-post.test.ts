import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createGuardedPost } from './guarded-post.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
const open = createGuardedPost({ allow: ['127.0.0.1'], resolve });
const closed = createGuardedPost({ allow: [], resolve });
const message = {
  body: '{"a":1}',
  headers: { 'webhook-id': 'msg_1' },
  timeoutMs: 5000,
  signal: new AbortController().signal,
};

test('the body and the headers arrive, and the status comes back', async () => {
  const seen: string[] = [];
  const port = await serve(async (request, response) => {
    for await (const chunk of request) seen.push(String(chunk));
    seen.push(
      `${request.method} ${request.url} ${request.headers['webhook-id']} ${request.headers['content-type']}`,
    );
    response.writeHead(418).end('no');
  });
  expect(await open(`http://hooks.test:${port}/in?key=1`, message)).toEqual({ status: 418, text: '' });
  expect(seen).toEqual(['{"a":1}', 'POST /in?key=1 msg_1 application/json']);
});

test('a redirect is not followed', async () => {
  let calls = 0;
  const port = await serve((_, response) => {
    calls++;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await open(`http://hooks.test:${port}/`, message)).toEqual({ status: 307, text: '' });
  expect(calls).toBe(1);
});

test.each(['http://127.0.0.1/', 'http://hooks.test/', 'http://169.254.169.254/', 'http://[::1]/'])(
  '%s is refused when it leads inside',
  async (url) => {
    await expect(closed(url, message)).rejects.toMatchObject({ problem: 'refused_address' });
  },
);

test('silence and a closed port are told apart', async () => {
  const port = await serve(() => {});
  await expect(open(`http://hooks.test:${port}/`, { ...message, timeoutMs: 100 })).rejects.toMatchObject({
    problem: 'timeout',
  });
  await expect(open('http://hooks.test:1/', message)).rejects.toMatchObject({ problem: 'unreachable' });
});
