/** A server in the place of a Cog container, from the request to the picture; what renders stands in for the engine. */
import { once } from 'node:events';
import { createServer, type Server as Receiver } from 'node:http';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type StandInServer, startStandIn } from './support/stand-in-server.ts';

const predictionSchema = z.strictObject({
  id: z.string(),
  version: z.string(),
  status: z.enum(['starting', 'processing', 'succeeded', 'failed', 'canceled']),
  input: z.looseObject({}),
  output: z.array(z.string()).nullable(),
  logs: z.string(),
  error: z.string().optional(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  metrics: z.object({ predict_time: z.number().optional() }),
});
type Prediction = z.output<typeof predictionSchema>;

let server: StandInServer;
let receiver: Receiver;
let hook: string;
const heard: Prediction[] = [];

beforeAll(async () => {
  server = await startStandIn({ OUTBOUND_ALLOW: '127.0.0.1', INFERENCE_TIMEOUT: '2' });
  receiver = createServer(async (incoming, response) => {
    heard.push(predictionSchema.parse(JSON.parse(await text(incoming))));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  hook = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
});
afterAll(async () => {
  receiver?.close();
  await server?.remove();
});

const apple = { prompt: 'a red apple', seed: 11, num_inference_steps: 4 };

async function send(
  method: 'POST' | 'PUT',
  path: string,
  body: object,
  headers: Record<string, string> = {},
) {
  const answer = await fetch(`${server.url}/cog/darkroom/demo${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, read: predictionSchema.parse(await answer.json()) };
}

const pictureIn = async (uri = ''): Promise<object> => {
  const { width, format } = await sharp(await (await fetch(uri)).arrayBuffer()).metadata();
  return { width, format };
};

test('a prediction is answered when it is made, with its pictures as data', async () => {
  const input = { ...apple, num_outputs: 2 };
  const { status, read } = await send('PUT', '/predictions/job-17', { input });
  expect(status).toBe(200);
  expect(read).toMatchObject({
    id: 'job-17',
    status: 'succeeded',
    input,
    logs: expect.stringMatching(/^Using seed: 11\n[\s\S]* 8\/8 \[/),
    metrics: { predict_time: expect.any(Number) },
  });
  expect(read.output).toHaveLength(2);
  for (const uri of read.output ?? []) {
    expect(uri).toMatch(/^data:image\/webp;base64,/);
    expect(await pictureIn(uri)).toEqual({ width: 128, format: 'webp' });
  }
});

test('one that fails is an answer too', async () => {
  const { status, read } = await send('POST', '/predictions', {
    input: { ...apple, num_inference_steps: 50, num_outputs: 4 },
  });
  expect({ status, read }).toMatchObject({
    status: 200,
    read: { status: 'failed', output: null, error: expect.stringMatching(/./) },
  });
});

/** What a webhook hears of a prediction until it has ended. */
async function told(id: string, events?: string[]): Promise<Prediction[]> {
  const answer = await fetch(`${server.url}/cog/darkroom/demo/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({
      id,
      input: { ...apple, num_inference_steps: 30 },
      webhook: hook,
      ...(events === undefined ? {} : { webhook_events_filter: events }),
    }),
  });
  expect({ status: answer.status, read: await answer.json() }).toEqual({
    status: 202,
    read: { id, status: 'starting' },
  });
  const ours = () => heard.filter((one) => one.id === id);
  await expect
    .poll(async () => (await server.jobs.list({ limit: 1, status: 'succeeded' })).jobs[0]?.request, {
      timeout: 30_000,
    })
    .toMatchObject({ clientId: id });
  const wanted = events === undefined || events.includes('completed') ? 'succeeded' : 'processing';
  await expect.poll(() => ours().map(({ status }) => status), { timeout: 20_000 }).toContain(wanted);
  return ours();
}

test('one that is not waited for is told to its webhook', async () => {
  const all = await told('all');
  expect(all.map(({ status }) => status)).toContain('processing');
  const last = all.find(({ status }) => status === 'succeeded');
  expect(await pictureIn(last?.output?.[0])).toEqual({ width: 128, format: 'webp' });
  expect(await told('end', ['completed'])).toHaveLength(1);
});

test('its logs are told alone, and not more than twice a second', async () => {
  const logs = await told('logs', ['logs']);
  const lines = logs.map((one) => one.logs.trim().split('\n').at(-1));
  expect(lines[0]).toMatch(/ \d+\/30 \[/);
  expect(new Set(lines).size).toBe(lines.length);
  // 30 steps of 20 ms.
  expect(logs.length).toBeLessThanOrEqual(4);
});
