import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { eventText, type SentEvent, sendEvents } from './event-stream.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

interface Serving {
  response: IncomingMessage;
  closing: AbortController;
}

async function serve(
  source: (signal: AbortSignal) => AsyncIterable<SentEvent>,
  heartbeatMs = 60_000,
): Promise<Serving> {
  const app = Fastify({ forceCloseConnections: true });
  apps.push(app);
  const closing = new AbortController();
  app.get('/', async (_, reply) =>
    sendEvents(reply, source, { closing: closing.signal, heartbeatMs, log: app.log }),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const [response] = (await once(get(`http://127.0.0.1:${port}/`), 'response')) as [IncomingMessage];
  return { response, closing };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done())));

async function* silentUntilAborted(signal: AbortSignal): AsyncGenerator<SentEvent> {
  await aborted(signal);
  yield { event: 'last', data: 0 };
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

test('events are sent in order, and the stream ends with the source', async () => {
  const { response } = await serve(async function* () {
    yield { event: 'one', id: '1', data: { text: 'line\nbreak' } };
    yield { event: 'two', data: [2] };
  });
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(await readAll(response)).toBe(
    'retry: 2000\n\nevent: one\nid: 1\ndata: {"text":"line\\nbreak"}\n\nevent: two\ndata: [2]\n\n',
  );
});

test('the headers come before the first event', async () => {
  const { response, closing } = await serve(silentUntilAborted);
  expect(response.statusCode).toBe(200);
  closing.abort();
  expect(await readAll(response)).toBe('retry: 2000\n\nevent: last\ndata: 0\n\n');
});

test('a client that hangs up ends the source', async () => {
  const ended = Promise.withResolvers<string>();
  const { response } = await serve(async function* (signal) {
    try {
      yield { event: 'one', data: 1 };
      await aborted(signal);
    } finally {
      ended.resolve('ended');
    }
  });
  await once(response, 'data');
  response.destroy();
  expect(await ended.promise).toBe('ended');
});

test('a client that does not read holds the source back instead of filling memory', async () => {
  let sent = 0;
  const large = 'x'.repeat(64 * 1024);
  const stopped = Promise.withResolvers<void>();
  const { response } = await serve(async function* (signal) {
    try {
      for (; sent < 10_000 && !signal.aborted; sent++) yield { event: 'much', data: large };
    } finally {
      stopped.resolve();
    }
  });
  response.pause();
  let seen = -1;
  while (seen !== sent) {
    seen = sent;
    await new Promise((done) => setTimeout(done, 100));
  }
  expect(sent).toBeLessThan(1000);
  response.destroy();
  await stopped.promise;
});

test('silence is filled with comments', async () => {
  const { response, closing } = await serve(silentUntilAborted, 10);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes(': still here\n\n')) closing.abort();
  });
  await once(response, 'end');
  expect(text).toContain(': still here\n\n');
});

test('a source that breaks ends the stream', async () => {
  const { response } = await serve(async function* () {
    yield { event: 'one', data: 1 };
    throw new Error('broken');
  });
  expect(await readAll(response)).toContain('event: one');
});

test('an event is one block whatever is in its data', () => {
  const text = eventText({ event: 'e', id: '7', data: { a: '\n\ndata: x\r\n\u2028' } });
  expect(text.split('\n').filter(Boolean)).toHaveLength(3);
  expect(text.endsWith('\n\n')).toBe(true);
});
