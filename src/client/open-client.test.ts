import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../tests/harness/free-port.ts';
import { openTestApp, type TestApp } from '../http/app.fixture.ts';
import { claimNext, finish, storeOutput } from '../http/job.fixture.ts';
import { type Client, DarkroomApiError, openClient, type RequestEvent } from './open-client.ts';

let server: TestApp;
let url: string;
let client: Client;
beforeAll(async () => {
  server = await openTestApp();
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  client = openClient({ url: `${url}/` });
});
afterAll(() => server.close());

const request = { model: 'demo', base_only: true, prompts: [{ prompt: 'a red apple', seed: 1 }] };

test('a request is sent, followed to its end, and its file fetched', async () => {
  const { request_id: id } = await client.submit(request);
  const ended = client.wait(id);
  expect((await claimNext(server)).id).toBe(id);
  await storeOutput(server, id, 0, Buffer.from('picture of a test'));
  await finish(server, id);
  const result = await ended;
  expect(result).toMatchObject({ request_id: id, status: 'succeeded' });
  expect((await client.download(result.outputs.images[0]?.url ?? '')).byteLength).toBeGreaterThan(10);
  expect((await client.status(id)).status).toBe('succeeded');
});

test('the same key is the same request', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(() => client.submit(request, { idempotencyKey: 'client-once' })),
  );
  expect(second?.request_id).toBe(first?.request_id);
  await client.cancel(first?.request_id ?? '');
});

test('what is refused is thrown, with its code', async () => {
  const refused = await client.submit({ ...request, model: 'flx' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DarkroomApiError);
  expect(refused).toMatchObject({ status: 400, code: 'MODEL_NOT_FOUND', retryable: false });
  await expect(client.wait('nobody')).rejects.toMatchObject({ code: 'REQUEST_NOT_FOUND' });
  await expect(client.download(`${url}/v1/requests/nobody/outputs/0`)).rejects.toMatchObject({ status: 404 });
});

test('a stream that breaks is opened again, and each event is told once', async () => {
  const { request_id: id } = await client.submit(request);
  let streams = 0;
  const breaking = openClient({
    url,
    fetch: async (input, init) => {
      const answer = await fetch(input, init);
      if (answer.headers.get('content-type')?.startsWith('text/event-stream') !== true) return answer;
      streams += 1;
      return streams === 1 ? cutAfterFirst(answer) : answer;
    },
  });
  const events: RequestEvent[] = [];
  const reading = (async () => {
    for await (const event of breaking.events(id)) events.push(event);
  })();
  await sleep(50);
  await client.cancel(id);
  await reading;
  expect(streams).toBeGreaterThan(1);
  expect(events.at(-1)).toMatchObject({ event: 'ended', data: { status: 'canceled' } });
  const ids = events.map((event) => event.id).filter((each) => each !== '');
  expect(new Set(ids).size).toBe(ids.length);
});

test('where no server has ever answered, a wait ends within seconds and says where it looked', async () => {
  const nowhere = openClient({ url: `http://127.0.0.1:${await freePort()}/under` });
  const started = performance.now();
  await expect(nowhere.wait('any')).rejects.toThrow(
    /^No server answers at http:\/\/127\.0\.0\.1:\d+\/under \(.*ECONNREFUSED.*\)\. Check the address/,
  );
  expect(performance.now() - started).toBeLessThan(15_000);
});

test('a signal ends a stream that waits', async () => {
  const { request_id: id } = await client.submit(request);
  const signal = AbortSignal.timeout(100);
  await expect(client.wait(id, { signal })).rejects.toThrow(/timeout|aborted/i);
  await client.cancel(id);
});

/** The first block of a stream, and then the connection is gone. */
function cutAfterFirst(answer: Response): Response {
  const cut = answer.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        if (Buffer.from(chunk).includes('event:')) controller.error(new TypeError('terminated'));
      },
    }),
  );
  return new Response(cut ?? null, answer);
}
