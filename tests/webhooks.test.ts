/** Webhooks of a real server process that is killed: what was still to be told, and what was being told, is told after all. */
import { once } from 'node:events';
import { createServer, type Server as Receiver } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { call, outcome, submit } from './harness/client.ts';
import { freePort } from './harness/free-port.ts';
import { request } from './harness/requests.ts';
import { type Server, startServer } from './harness/server.ts';

const options = { args: ['--engine', 'stand-in'], env: { OUTBOUND_ALLOW: '127.0.0.1' } };
/** A call that was under way when its sender was killed is given to another after a minute. */
const longestWaitMs = 150_000;

let server: Server | undefined;
let receiver: Receiver | undefined;
afterAll(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await server?.remove();
});

const messageSchema = z.object({ type: z.string(), data: z.looseObject({ request_id: z.string() }) });

/** Answers 204 and remembers, except for calls about the `start`: of those the first is never answered. */
async function receive(port: number, heard: string[]): Promise<Receiver> {
  let isFirst = true;
  const listening = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    const { type } = messageSchema.parse(JSON.parse(text));
    if (type === 'request.started' && isFirst) {
      isFirst = false;
      heard.push('hangs');
      return;
    }
    heard.push(`${type} ${String(incoming.headers['webhook-id'])}`);
    response.writeHead(204).end();
  }).listen(port, '127.0.0.1');
  await once(listening, 'listening');
  return listening;
}

test('what a killed server had not told is told by the next one', async () => {
  const [port, gone] = [await freePort(), await freePort()];
  const heard: string[] = [];
  server = await startServer(options);
  receiver = await receive(port, heard);
  const url = `http://127.0.0.1:${port}/`;
  const { request_id: hung } = await submit(
    server,
    request('demo', { webhook_url: url, webhook_events: ['started'] }),
  );
  const { request_id: unheard } = await submit(
    server,
    request('demo', { webhook_url: `http://127.0.0.1:${gone}/`, webhook_events: ['completed'] }),
  );
  await outcome(server, unheard);
  await expect.poll(() => heard).toEqual(['hangs']);
  await server.kill();

  const late: string[] = [];
  const second = await receive(gone, late);
  server = await startServer({ ...options, data: server.data });
  await expect.poll(() => late.length, { timeout: longestWaitMs }).toBe(1);
  expect(late[0]).toMatch(new RegExp(`^request.completed msg_${unheard}_\\d+$`));
  await expect.poll(() => heard.length, { timeout: longestWaitMs }).toBe(2);
  expect(heard[1]).toMatch(new RegExp(`^request.started msg_${hung}_\\d+$`));
  const told = await call(server, 'GET', `/v1/requests/${hung}/webhooks`);
  expect(told.body).toMatchObject({ deliveries: [{ event: 'started' }] });
  second.close();
});
