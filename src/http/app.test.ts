import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, plainBody, type TestApp } from './app.fixture.ts';
import { claimNext, storeOutput, submitPlain } from './job.fixture.ts';

let server: TestApp;
let port: number;
beforeAll(async () => {
  server = await openTestApp({ MAX_BODY_MB: '1' });
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => server.close());

/** Send bytes as they are and take the first piece of the answer. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

describe('every answer', () => {
  test.each(['/health', '/v1/models', '/v1/nothing', '/docs', '/openapi.json', '/metrics'])(
    '%s has the security headers',
    async (url) => {
      const { headers } = await server.app.inject({ url, headers: { origin: 'https://evil.test' } });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  test('carries the request id of the client when it is a sane one, else a new one', async () => {
    const idOf = async (given: string) =>
      (await server.app.inject({ url: '/health', headers: { 'x-request-id': given } })).headers[
        'x-request-id'
      ];
    expect(await idOf('trace-1.2:3')).toBe('trace-1.2:3');
    for (const bad of ['has space', 'x'.repeat(200), '{"a":1}']) {
      expect(await idOf(bad)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('what no route takes', () => {
  test('a path that is nearly one of ours is told the right one', async () => {
    const answer = await server.app.inject('/v1/infrence');
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toMatchObject({ code: 'NOT_FOUND', details: { nearest: '/v1/inference' } });
    expect(answer.json().detail).toEqual({ ...answer.json().error, error: answer.json().error });
  });

  test('a path far from all is not guessed at', async () => {
    expect((await server.app.inject('/wp-admin/setup.php')).json().error.details).toEqual({});
  });

  test('another method is told the allowed ones', async () => {
    const answer = await server.app.inject({ method: 'PUT', url: '/v1/inference', payload: {} });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('POST');
    const preflight = await server.app.inject({ method: 'OPTIONS', url: '/v1/requests/x/status' });
    expect(preflight.headers.allow).toBe('GET, HEAD');
  });

  test.each(['/%zz', `/v1/requests/${'x'.repeat(400)}/status`, '/../../etc/passwd', '/%00'])(
    '%s',
    async (url) => {
      const answer = await server.app.inject(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json().error.code).toMatch(/NOT_FOUND$/);
    },
  );

  test('a slash at the end is forgiven', async () => {
    expect((await server.app.inject('/health/')).statusCode).toBe(200);
  });
});

describe('bodies', () => {
  const post = (payload: string | Buffer, type: string) =>
    server.app.inject({ method: 'POST', url: '/v1/inference', payload, headers: { 'content-type': type } });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'x',
  ])('%s is refused by its type', async (type) => {
    const answer = await post(JSON.stringify(plainBody), type);
    expect([answer.statusCode, answer.json().error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.api+json',
  ])('%s is read', async (type) => {
    expect((await post(JSON.stringify(plainBody), type)).statusCode).toBe(200);
  });

  test('one byte too many is refused, one less is read', async () => {
    const padded = (bytes: number) => {
      const empty = JSON.stringify({ ...plainBody, padding: '' });
      return JSON.stringify({ ...plainBody, padding: 'x'.repeat(bytes - empty.length) });
    };
    expect((await post(padded(1024 * 1024), 'application/json')).statusCode).toBe(200);
    const answer = await post(padded(1024 * 1024 + 1), 'application/json');
    expect([answer.statusCode, answer.json().error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(answer.json().error.message).toContain('1 MiB (MAX_BODY_MB)');
  });
});

describe('a client that reads only when it has sent everything', () => {
  /** As Python's http.client does. */
  async function sendThenRead(type: string, chunked: boolean): Promise<string> {
    const body = Buffer.alloc(20 * 1024 * 1024, 'x');
    const socket = connect(port, '127.0.0.1').pause();
    const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
    socket.write(
      `POST /v1/inference HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`,
    );
    if (chunked) socket.write(`${body.length.toString(16)}\r\n`);
    await new Promise<void>((done, fail) => socket.write(body, (error) => (error ? fail(error) : done())));
    if (chunked) socket.write('\r\n0\r\n\r\n');
    const [answer] = await once(socket.resume(), 'data');
    socket.destroy();
    return String(answer);
  }

  test.each([false, true])('is told that its body is too large (in chunks: %s)', async (chunked) => {
    expect(await sendThenRead('application/json', chunked)).toMatch(/^HTTP\/1.1 413 /);
  });

  test('is told that its body is of the wrong type', async () => {
    expect(await sendThenRead('application/octet-stream', false)).toMatch(/^HTTP\/1.1 415 /);
  });
});

describe('bytes that are not what HTTP or the headers say', () => {
  const head = 'POST /v1/inference HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

  test.each([
    ['a body announced as huge', `${head}Content-Length: 99999999999\r\n\r\n{`, '413'],
    ['a length that is none', `${head}Content-Length: 5x\r\n\r\n{}`, '400'],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, '400'],
    ['a length and chunks', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, '400'],
    ['a huge header', `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, '431'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', '400'],
  ])('%s', async (_, bytes, status) => {
    expect(await raw(bytes)).toContain(`HTTP/1.1 ${status}`);
    expect((await server.app.inject('/health')).statusCode).toBe(200);
  });
});

describe('without keys', () => {
  test.each(['evil.test', 'evil.test:8000', 'localhost.evil.test', '127.0.0.1.evil.test'])(
    'a page of %s cannot read from its visitor’s machine',
    async (host) => {
      const answer = await server.app.inject({ url: '/v1/requests', headers: { host } });
      expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'FORBIDDEN']);
    },
  );

  test('a page of another site cannot send what it could not read the answer of', async () => {
    const from = async (site: string) =>
      (
        await server.app.inject({
          method: 'POST',
          url: '/v1/requests/x/cancel',
          headers: { 'sec-fetch-site': site },
        })
      ).statusCode;
    expect(await from('cross-site')).toBe(403);
    expect(await from('same-origin')).toBe(404);
  });

  test.each(['localhost', 'localhost:8000', '127.0.0.1:8000', '[::1]:8000', '192.168.1.7:8000'])(
    '%s is answered',
    async (host) => {
      expect((await server.app.inject({ url: '/health', headers: { host } })).statusCode).toBe(200);
    },
  );
});

describe('with keys', () => {
  let guarded: TestApp;
  let id: string;
  beforeAll(async () => {
    guarded = await openTestApp({ API_KEYS: 'first-key,second-key' }, server);
    const accepted = await guarded.app.inject({
      method: 'POST',
      url: '/v1/inference',
      payload: { ...plainBody, priority: 100 },
      headers: { authorization: 'Bearer first-key' },
    });
    id = accepted.json().request_id;
    await claimNext(guarded);
    await storeOutput(guarded, id, 0, Buffer.from('picture'));
  });
  afterAll(() => guarded.close());

  const get = (url: string, authorization?: string) =>
    guarded.app.inject({ url, headers: authorization === undefined ? {} : { authorization } });

  test.each([
    '/v1/models',
    '/v1/requests',
    '/v1/requests/x/status',
    '/v1/requests/x/events',
    '/v1/requests/x/outputs/0',
    '/metrics',
  ])('%s asks for one', async (url) => {
    for (const header of [
      undefined,
      'Bearer wrong',
      'Basic Zmlyc3Qta2V5',
      'first-key',
      'Bearer first-key,second-key',
    ]) {
      const answer = await get(url, header);
      expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'UNAUTHORIZED']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await get(url, 'Bearer second-key')).statusCode).not.toBe(401);
  });

  test.each(['/health', '/ready', '/docs/', '/openapi.json'])('%s is open', async (url) => {
    expect((await get(url)).statusCode).toBe(200);
  });

  test('a body is not read without a key', async () => {
    const answer = await guarded.app.inject({ method: 'POST', url: '/v1/inference', payload: 'not json' });
    expect(answer.statusCode).toBe(401);
  });

  test('the job knows the key by a name that is not the key', async () => {
    const keyId = (await guarded.jobs.get(id))?.keyId;
    expect(keyId).toMatch(/^key_[0-9a-f]{12}$/);
    expect(guarded.log.join()).not.toContain('first-key');
  });

  test('the URL of an output opens it without the key, as it is and not otherwise', async () => {
    const result = await get(`/v1/requests/${id}/result`, 'Bearer first-key');
    const url = new URL(result.json().outputs.images[0].url);
    const signed = `${url.pathname}${url.search}`;
    expect((await get(signed)).body).toBe('picture');
    expect((await get(`${signed}&download`)).statusCode).toBe(200);
    const expires = Number(url.searchParams.get('expires'));
    for (const altered of [
      signed.replace(`expires=${expires}`, `expires=${expires + 1}`),
      signed.replace('/outputs/0', '/outputs/1'),
      signed.replace(/signature=(.)/, (_, first) => `signature=${first === '_' ? '-' : '_'}`),
      `${url.pathname}?expires=1&signature=${url.searchParams.get('signature')}`,
    ]) {
      const answer = await get(altered);
      expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect((await get(`/v1/requests/${id}/result${url.search}`)).statusCode).toBe(401);
    expect((await get(signed, 'Bearer wrong')).statusCode).toBe(401);
  });

  test('a signature is not in the log', async () => {
    await get(`/v1/requests/${id}/outputs/0?expires=99999999999&signature=verysecret`);
    expect(guarded.log.join()).not.toContain('verysecret');
  });
});

describe('for operators', () => {
  test('/ready says whether the engine is up, and why not', async () => {
    const ready = server.engine.current;
    const up = await server.app.inject('/ready');
    expect(up.statusCode).toBe(200);
    expect(up.json()).toMatchObject({
      ready: true,
      reasons: [],
      engine: { state: 'ready', loads: 2, merges: 3 },
    });
    for (const state of ['starting', 'restarting', 'unavailable', 'stopped'] as const) {
      server.engine.current = { ...ready, state, reason: state === 'unavailable' ? 'No Python.' : null };
      const down = await server.app.inject('/ready');
      expect(down.statusCode).toBe(503);
      expect(down.json().reasons).toHaveLength(1);
      if (state === 'unavailable') expect(down.json().reasons).toEqual(['No Python.']);
    }
    server.engine.current = { ...ready, state: 'busy' };
    expect((await server.app.inject('/ready')).statusCode).toBe(200);
    server.engine.current = ready;
  });

  test('/ready is not when the disk is nearly full', async () => {
    server.disk.free = 12 * 2 ** 20;
    const full = await server.app.inject('/ready');
    server.disk.free = 50 * 2 ** 30;
    expect(full.statusCode).toBe(503);
    expect(full.json().reasons).toEqual([expect.stringContaining('12 MB left')]);
    expect((await server.app.inject('/ready')).json()).toMatchObject({ disk: { free_bytes: 50 * 2 ** 30 } });
  });

  test('/metrics counts requests, queue and engine', async () => {
    const own = await openTestApp();
    const id = await submitPlain(own);
    await claimNext(own);
    await own.jobs.work.fail(id, { code: 'TIMEOUT', message: 'slow' });
    await submitPlain(own);
    const { body, headers } = await own.app.inject('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    for (const line of [
      'darkroom_requests_accepted_total{model="demo"} 2',
      'darkroom_queue_depth{model="demo"} 1',
      'darkroom_requests_running 0',
      'darkroom_requests_finished{state="failed",code="TIMEOUT"} 1',
      'darkroom_engine_up 1',
      'darkroom_engine_loads 2',
      'darkroom_engine_merges 3',
      'darkroom_engine_restarts 1',
      'darkroom_engine_memory_bytes{kind="peak"} 20',
      'darkroom_http_request_duration_seconds_count{method="POST",route="/v1/inference",status="200"} 2',
    ]) {
      expect(body).toContain(line);
    }
    expect(body).toMatch(/darkroom_queue_oldest_seconds\{model="demo"\} \d/);
    await own.close();
  });

  test('the log has one line for an answer, with the id, and no body', async () => {
    await server.app.inject({
      method: 'POST',
      url: '/v1/inference?x=verysecret',
      headers: { 'x-request-id': 'trace-9' },
      payload: { ...plainBody, prompts: [{ prompt: 'a private prompt' }] },
    });
    const lines = server.log.map((line) => JSON.parse(line)).filter((line) => line.request === 'trace-9');
    expect(lines.filter((line) => line.msg === 'answered')).toEqual([
      expect.objectContaining({ method: 'POST', route: '/v1/inference', status: 200, path: '/v1/inference' }),
    ]);
    expect(server.log.join()).not.toMatch(/private prompt|verysecret/);
  });

  test('the front door leads to the docs', async () => {
    const answer = await server.app.inject('/');
    expect([answer.statusCode, answer.headers.location]).toEqual([302, './docs/']);
  });
});
