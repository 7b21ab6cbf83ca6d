import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../app.fixture.ts';
import { claimNext, finish, storeOutput, submitPlain } from '../job.fixture.ts';

interface ReadEvent {
  event: string;
  id: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sent
  data: any;
}

let server: TestApp;
let origin: string;
beforeAll(async () => {
  server = await openTestApp();
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

async function* eventsOf(response: Response): AsyncGenerator<ReadEvent> {
  const stream = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { event = '', id, data } of stream ?? [])
    yield { event, id: Number(id), data: JSON.parse(data) };
}

const open = (id: string, headers: Record<string, string> = {}, query = '') =>
  fetch(`${origin}/v1/requests/${id}/events${query}`, { headers });
async function all(response: Response): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

async function renderOne(id: string): Promise<void> {
  await claimNext(server);
  const progress = {
    phase: 'denoising',
    call: 0,
    calls: 1,
    step: 1,
    total: 2,
    fraction: 0.5,
    etaSeconds: 1,
  } as const;
  await server.jobs.work.report(id, { type: 'progress', progress });
  await server.jobs.work.report(id, {
    type: 'preview',
    call: 0,
    step: 1,
    width: 8,
    height: 8,
    image: 'iVBORw0KGgo=',
  });
  await server.jobs.work.report(id, { type: 'warning', message: 'a key fits nothing' });
  await storeOutput(server, id, 0, Buffer.from('picture'));
  await finish(server, id);
}

test('a request is told from the queue to its end while it happens', async () => {
  const id = await submitPlain(server);
  const response = await open(id);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reading = all(response);
  await renderOne(id);
  const events = await reading;
  expect(events.map(({ event }) => event)).toEqual([
    'queued',
    'started',
    'progress',
    'preview',
    'warning',
    'output',
    'ended',
  ]);
  const ids = events.map((event) => event.id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  const [queued, started, progress, preview, warning, output, ended] = events.map((event) => event.data);
  expect(queued).toMatchObject({ request_id: id, position: 1 });
  expect(started).toMatchObject({ attempt: 1 });
  expect(progress).toMatchObject({
    phase: 'denoising',
    prompt: 0,
    prompts: 1,
    step: 1,
    total: 2,
    eta_seconds: 1,
  });
  expect(preview).toMatchObject({ prompt: 0, image: 'data:image/png;base64,iVBORw0KGgo=' });
  expect(warning).toMatchObject({ message: 'a key fits nothing' });
  expect(output.image).toMatchObject({ index: 0, url: `${origin}/v1/requests/${id}/outputs/0` });
  expect(output.video).toBeNull();
  expect(ended).toMatchObject({
    status: 'succeeded',
    error: null,
    result_url: `${origin}/v1/requests/${id}/result`,
  });
});

test('a client that comes back gets only what it has not had', async () => {
  const id = await submitPlain(server);
  await renderOne(id);
  const events = await all(await open(id));
  const third = events[2]?.id ?? 0;
  const rest = events.slice(3);
  expect(await all(await open(id, { 'last-event-id': String(third) }))).toEqual(rest);
  expect(await all(await open(id, {}, `?last_event_id=${third}`))).toEqual(rest);
  expect(await all(await open(id, { 'last-event-id': String(events.at(-1)?.id) }))).toEqual([]);
});

test.each(['nonsense', '-5', '99999999999999999999'])(
  'Last-Event-ID %s begins at the start',
  async (header) => {
    const id = await submitPlain(server);
    await renderOne(id);
    const events = await all(await open(id, { 'last-event-id': header }));
    expect(events[0]?.event).toBe('queued');
    expect(events.at(-1)?.event).toBe('ended');
  },
);

test('a canceled request ends the stream', async () => {
  const id = await submitPlain(server);
  const reading = all(await open(id));
  await server.app.inject({ method: 'POST', url: `/v1/requests/${id}/cancel` });
  expect((await reading).at(-1)).toMatchObject({ event: 'ended', data: { status: 'canceled' } });
});

test('a hundred clients that hang up leave no open connection behind', async () => {
  const id = await submitPlain(server);
  const clients = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const abort = new AbortController();
      // Kept, because a response that nobody holds is closed by the garbage collector.
      const response = await fetch(`${origin}/v1/requests/${id}/events`, { signal: abort.signal });
      return { abort, response };
    }),
  );
  const connections = () =>
    new Promise<number>((done, fail) =>
      server.app.server.getConnections((error, count) => (error ? fail(error) : done(count))),
    );
  expect(await connections()).toBeGreaterThanOrEqual(100);
  for (const { abort } of clients) abort.abort();
  while ((await connections()) >= 100) await sleep(20);
  await server.app.inject({ method: 'POST', url: `/v1/requests/${id}/cancel` });
});

test('closing the server ends open streams instead of waiting for them', async () => {
  const closing = await openTestApp({}, server);
  const address = await closing.app.listen({ port: 0, host: '127.0.0.1' });
  const id = await submitPlain(closing);
  const response = await fetch(`${address}/v1/requests/${id}/events`);
  const reading = all(response);
  await closing.close();
  expect((await reading).map(({ event }) => event)).toEqual(['queued']);
});
