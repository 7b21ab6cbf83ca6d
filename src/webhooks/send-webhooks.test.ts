/** Webhooks from the request to the receiver, and what a receiver can do to them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestApp, plainBody, type TestApp } from '../http/app.fixture.ts';
import { claimNext, finish, storeOutput } from '../http/job.fixture.ts';
import { createWebhookWording } from '../http/kit/webhook-wording.ts';
import { nativeDialect } from '../http/native/native-dialect.ts';
import { createGuardedPost } from '../security/guarded-post.ts';
import { startWebhookSender } from './send-webhooks.ts';
import { webhookHeaders } from './sign-webhook.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Where the requests are sent to, which the links in what is told begin with. */
const host = 'localhost:8000';

interface Call {
  headers: IncomingMessage['headers'];
  text: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

let app: TestApp;
let receiver: Server;
let url: string;
const calls: Call[] = [];
/** What the receiver answers next; 204 when there is nothing. */
const statuses: number[] = [];
let stop: (() => Promise<void>) | null = null;

beforeAll(async () => {
  app = await openTestApp({ OUTBOUND_ALLOW: '127.0.0.1' });
  receiver = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    calls.push({ headers: request.headers, text, body: JSON.parse(text) });
    response.writeHead(statuses.shift() ?? 204).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook?token=canary`;
});
afterEach(async () => {
  await stop?.();
  stop = null;
  calls.splice(0);
  statuses.splice(0);
});
afterAll(async () => {
  await app.close();
  receiver.close();
});

function startSender(): void {
  const wording = createWebhookWording({
    dialects: [nativeDialect],
    links: () => ({ baseUrl: undefined, signer: null, clock: () => new Date() }),
    files: app.files,
  });
  stop = startWebhookSender({
    jobs: app.jobs,
    secret,
    wording,
    clock: () => new Date(),
    post: createGuardedPost({ allow: ['127.0.0.1'] }),
    log: app.logger,
  });
}

async function submit(changes: object): Promise<string> {
  const answer = await app.app.inject({
    method: 'POST',
    url: '/v1/inference',
    headers: { host },
    payload: { ...plainBody, priority: 100, ...changes },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json().request_id;
}

async function renderOne(id: string): Promise<void> {
  await claimNext(app);
  await storeOutput(app, id, 0, Buffer.from('picture'));
  await finish(app, id);
}

const deliveries = async (id: string) => (await app.app.inject(`/v1/requests/${id}/webhooks`)).json();

const within = { timeout: 20_000 };

test('a receiver hears of the start, each output and the end, signed, with links that open', async () => {
  startSender();
  const id = await submit({ webhook_url: url });
  await renderOne(id);
  await expect.poll(() => calls.length, within).toBe(3);
  const byType = new Map(calls.map((call) => [call.body.type, call]));
  expect([...byType.keys()].sort()).toEqual(['request.completed', 'request.output', 'request.started']);
  expect(byType.get('request.started')?.body.data).toEqual({ request_id: id, model: 'demo', attempt: 1 });
  expect(byType.get('request.output')?.body.data).toMatchObject({
    request_id: id,
    image: { index: 0, url: `http://${host}/v1/requests/${id}/outputs/0` },
  });
  expect(byType.get('request.completed')?.body.data).toEqual(
    (await app.app.inject({ url: `/v1/requests/${id}/result`, headers: { host } })).json(),
  );
  for (const { headers, text } of calls) {
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const expected = webhookHeaders(secret, { id: String(headers['webhook-id']), at, body: text });
    expect(headers['webhook-signature']).toBe(expected['webhook-signature']);
  }
  await expect
    .poll(async () => (await deliveries(id)).deliveries.map(({ state }: { state: string }) => state), within)
    .toEqual(['delivered', 'delivered', 'delivered']);
  expect(JSON.stringify(await deliveries(id))).not.toContain('canary');
  expect(app.log.join()).not.toContain('canary');
});

test('only the events that were asked for', async () => {
  startSender();
  const id = await submit({ webhook_url: url, webhook_events: ['completed'] });
  await renderOne(id);
  const next = await submit({ webhook_url: url, webhook_events: ['started'] });
  await renderOne(next);
  await expect.poll(() => calls.length, within).toBe(2);
  expect((await deliveries(id)).deliveries).toHaveLength(1);
  expect((await deliveries(next)).deliveries).toMatchObject([{ event: 'started' }]);
});

test('an event is stored for the receiver before anybody sends it, and sent by whoever comes', async () => {
  const id = await submit({ webhook_url: url, webhook_events: ['completed'] });
  await app.jobs.cancel(id);
  expect((await deliveries(id)).deliveries).toMatchObject([{ state: 'pending', attempts: 0 }]);
  startSender();
  await expect.poll(() => calls.length, within).toBe(1);
  expect(calls[0]?.body.data).toMatchObject({ request_id: id, status: 'canceled' });
});

test('a receiver that fails is called again with the same id, and one that moved or wants no more is told apart', async () => {
  statuses.push(500, 302, 204);
  startSender();
  const id = await submit({ webhook_url: url, webhook_events: ['completed'] });
  await app.jobs.cancel(id);
  await expect
    .poll(async () => (await deliveries(id)).deliveries[0].state, { timeout: 40_000 })
    .toBe('delivered');
  expect((await deliveries(id)).deliveries).toMatchObject([
    { attempts: 3, response_status: 204, error: null },
  ]);
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  statuses.push(410);
  const gone = await submit({ webhook_url: url, webhook_events: ['completed'] });
  await app.jobs.cancel(gone);
  await expect.poll(async () => (await deliveries(gone)).deliveries[0].state, within).toBe('failed');
  expect((await deliveries(gone)).deliveries).toMatchObject([{ attempts: 1, response_status: 410 }]);
}, 60_000);

test('a name that leads inside is refused when it is called, for good', async () => {
  const narrow = createGuardedPost({
    allow: [],
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  stop = startWebhookSender({
    jobs: app.jobs,
    post: narrow,
    secret,
    wording: () => ({}),
    clock: () => new Date(),
    log: app.logger,
  });
  const id = await submit({ webhook_url: 'http://hooks.test/', webhook_events: ['completed'] });
  await app.jobs.cancel(id);
  await expect.poll(async () => (await deliveries(id)).deliveries[0].state, within).toBe('failed');
  expect((await deliveries(id)).deliveries[0].error).toContain('OUTBOUND_ALLOW');
});

test.each([
  'http://169.254.169.254/latest',
  'http://localhost:5678/',
  'http://10.0.0.1/',
  'ftp://example.com/',
  'https://user:password@example.com/',
  'example.com/hook',
])('%s is refused when the request is sent', async (bad) => {
  const answer = await app.app.inject({
    method: 'POST',
    url: '/v1/inference',
    payload: { ...plainBody, webhook_url: bad },
  });
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'WEBHOOK_INVALID']);
});
