import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, plainBody, type TestApp } from '../app.fixture.ts';
import { allowedOrigins } from './cors.ts';

const errorSchema = z.object({ error: z.object({ message: z.string() }) });
const messageOf = async (answer: Response) => errorSchema.parse(await answer.json()).error.message;
const page = 'https://app.example.com';
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  },
});

/** A server that listens, since browsers speak to nothing less. */
async function listening(environment: Record<string, string>, sharing: TestApp | null = null) {
  const server = await openTestApp(environment, sharing);
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...server, url };
}

let closed: Awaited<ReturnType<typeof listening>>;
let open: typeof closed;
let keyed: typeof closed;
beforeAll(async () => {
  closed = await listening({});
  open = await listening({ CORS_ORIGINS: `${page}, https://*.example.org` }, closed);
  keyed = await listening({ CORS_ORIGINS: '*', API_KEYS: 'a-long-key-for-everything-here' }, closed);
});
afterAll(async () => {
  await keyed.close();
  await open.close();
  await closed.close();
});

const allowedFor = (answer: Response): string | null => answer.headers.get('access-control-allow-origin');

test.each([
  [['*'], 'https://any.where:8443', true],
  [[page], page, true],
  [[page], 'https://app.example.com.evil.com', false],
  [[page], 'https://app-example.com', false],
  [[page], 'http://app.example.com', false],
  [['https://*.example.org'], 'https://a.b.example.org', true],
  [['https://*.example.org'], 'https://example.org', false],
  [['https://*.example.org'], 'https://evil.com/.example.org', false],
  [['null'], 'null', true],
  [[], page, false],
] as const)('%j and %s: %s', (origins, origin, allowed) => {
  expect(allowedOrigins([...origins])(origin)).toBe(allowed);
});

describe('without CORS_ORIGINS', () => {
  test('a preflight is answered with how to allow its origin, and nothing has a header that allows it', async () => {
    const answer = await fetch(`${closed.url}/v1/inference`, preflight(page));
    expect(answer.status).toBe(403);
    expect(await messageOf(answer)).toContain(`Start the server with CORS_ORIGINS=${page}`);
    expect(allowedFor(answer)).toBeNull();
    expect(allowedFor(await fetch(`${closed.url}/v1/models`, { headers: { origin: page } }))).toBeNull();
  });
});

describe('with CORS_ORIGINS', () => {
  test('a preflight of one of them allows what it asks for, as the reference server does', async () => {
    for (const path of ['/v1/inference', '/v1/requests/x/cancel', '/health', '/nowhere']) {
      const answer = await fetch(`${open.url}${path}`, preflight(page));
      expect(answer.ok).toBe(true);
      expect(allowedFor(answer)).toBe(page);
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
      expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
      expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
      expect(answer.headers.get('access-control-max-age')).toBe('600');
      expect(answer.headers.get('vary')).toMatch(/origin/i);
    }
  });

  test('a preflight of another one is told of the setting', async () => {
    const answer = await fetch(`${open.url}/v1/inference`, preflight('https://evil.com'));
    expect(answer.status).toBe(403);
    expect(await messageOf(answer)).toMatch(/CORS_ORIGINS does not name it/);
    expect(allowedFor(answer)).toBeNull();
  });

  test('its pages send work and read the answers, errors and streams of events', async () => {
    const headers = { origin: page, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' };
    const sent = await fetch(`${open.url}/v1/inference`, {
      method: 'POST',
      headers,
      body: JSON.stringify(plainBody),
    });
    expect(sent.status).toBe(200);
    const { request_id } = z.object({ request_id: z.string() }).parse(await sent.json());
    const wrong = await fetch(`${open.url}/v1/inference`, { method: 'POST', headers, body: '{' });
    expect(wrong.status).toBe(422);
    const missing = await fetch(`${open.url}/v1/nothing`, { headers });
    expect(missing.status).toBe(404);
    const stop = new AbortController();
    const events = await fetch(`${open.url}/v1/requests/${request_id}/events`, {
      headers,
      signal: stop.signal,
    });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    for (const answer of [sent, wrong, missing, events]) {
      expect(allowedFor(answer)).toBe(page);
      expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
    }
    stop.abort();
  });

  test('pages of another origin still write nothing to an open server', async () => {
    for (const marks of [
      { origin: 'https://evil.com', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.com' },
      { origin: 'null' },
    ]) {
      const answer = await fetch(`${open.url}/v1/inference`, {
        method: 'POST',
        headers: { ...marks, 'content-type': 'application/json' },
        body: JSON.stringify(plainBody),
      });
      expect(answer.status).toBe(403);
      expect(allowedFor(answer)).toBeNull();
    }
  });

  test('a page of the server itself is not foreign, with or without marks of the browser', async () => {
    const answer = await fetch(`${open.url}/v1/inference`, {
      method: 'POST',
      headers: { origin: open.url, 'content-type': 'application/json' },
      body: JSON.stringify(plainBody),
    });
    expect(answer.status).toBe(200);
  });

  test('keys are asked for as ever, in an answer that the page can read', async () => {
    const answer = await fetch(`${keyed.url}/v1/requests`, { headers: { origin: 'https://any.where' } });
    expect(answer.status).toBe(401);
    expect(allowedFor(answer)).toBe('https://any.where');
    expect((await fetch(`${keyed.url}/v1/requests`, preflight('https://any.where'))).ok).toBe(true);
  });

  test('OPTIONS that is no preflight is answered like any method that does not work', async () => {
    expect((await fetch(`${open.url}/v1/inference`, { method: 'OPTIONS' })).status).toBe(405);
    expect((await fetch(`${open.url}/v1/nothing`)).status).toBe(404);
  });
});
