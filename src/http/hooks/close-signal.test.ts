import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { closeSignal } from './close-signal.ts';

/** A server that streams to one client, who keeps its connection; the stream ends with `end`. */
async function serve(
  end: (closing: AbortSignal, stream: PassThrough) => void,
  graceMs = 60_000,
): Promise<FastifyInstance> {
  const app = Fastify();
  const closing = closeSignal(app, graceMs);
  app.get('/', async (_, reply) => {
    const stream = new PassThrough();
    stream.write('first');
    end(closing, stream);
    return reply.send(stream);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const asking = get({ host: '127.0.0.1', port, agent: new Agent({ keepAlive: true }) });
  asking.on('error', () => {});
  const [response] = await once(asking, 'response');
  response.on('error', () => {}).resume();
  await once(response, 'data');
  return app;
}

// Each would wait for more than a minute, until the connection is taken for idle.
test('a connection that was in use when the server began to close ends with its answer', async () => {
  const app = await serve((closing, stream) => closing.addEventListener('abort', () => stream.end('last')));
  await app.close();
  expect(app.server.listening).toBe(false);
}, 10_000);

test('an answer that does not end is cut off after the grace', async () => {
  const app = await serve(() => {}, 500);
  await app.close();
  expect(app.server.listening).toBe(false);
}, 10_000);

test('a connection that was opened ahead is closed', async () => {
  const app = await serve((closing, stream) => closing.addEventListener('abort', () => stream.end('last')));
  const ahead = connect((app.server.address() as AddressInfo).port, '127.0.0.1').resume();
  await once(app.server, 'connection');
  await app.close();
  if (!ahead.closed) await once(ahead, 'close');
  expect(app.server.listening).toBe(false);
}, 10_000);
