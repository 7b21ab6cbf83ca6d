/** An engine process stands by; it takes over from one that is killed, and no import stands between the kill and the next step. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Readiness, readinessSchema } from '../src/http/system/readiness.ts';
import { call, outcome, submit, waitUntil } from './harness/client.ts';
import { enginePids, isAlive } from './harness/engine-process.ts';
import { readEvents } from './harness/event-stream.ts';
import { request, slowPrompt } from './harness/requests.ts';
import { logOf, type Server, startServer } from './harness/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: { SPARE_ENGINE: 'on', LOG_LEVEL: 'info' } });
  await spareIsReady();
});
afterAll(() => server?.remove());

async function spareIsReady(): Promise<Readiness> {
  for (;;) {
    const now = readinessSchema.parse((await call(server, 'GET', '/ready')).body);
    if (now.spare.state === 'ready' && now.engine.state === 'ready') return now;
    await sleep(200);
  }
}

/** Ids of the processes that became engines, in order: each says so once. */
const engines = (): number[] =>
  [...logOf(server).matchAll(/"engine":(\d+)[^\n]*"The engine is ready\."/g)].map(([, pid]) => Number(pid));

/** The one that stands by, once it is another than these: the server hears of an end a moment after it. */
async function spareBeside(others: readonly number[]): Promise<number> {
  for (;;) {
    await spareIsReady();
    const spare = (await enginePids(server)).find((pid) => !others.includes(pid));
    if (spare !== undefined) return spare;
    await sleep(200);
  }
}

async function gone(pid: number): Promise<void> {
  while (await isAlive(pid)) await sleep(50);
}

test('the process that renders on after a kill was there before it', async () => {
  const [engine = 0] = engines();
  const before = await enginePids(server);
  const [spare = 0, ...more] = before.filter((pid) => pid !== engine);
  expect([before.includes(engine), more]).toEqual([true, []]);

  const { request_id: id } = await submit(server, request('flux', { prompts: [slowPrompt] }));
  await waitUntil(server, id, ({ progress }) => progress?.phase === 'denoising' && progress.step > 1);
  process.kill(engine, 'SIGKILL');
  expect(await outcome(server, id)).toMatchObject({ status: 'succeeded' });
  const events = await readEvents(server, id);
  expect(events.flatMap(({ event, data }) => (event === 'started' ? [data.attempt] : []))).toEqual([1, 2]);
  expect(engines()).toEqual([engine, spare]);
});

test('another one stands by then, and one that is killed is replaced without harm to the engine', async () => {
  const engine = engines().at(-1) ?? 0;
  const spare = await spareBeside([engine]);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('darkroom_spare_engine_ready 1');
  process.kill(spare, 'SIGKILL');
  await gone(spare);
  await spareBeside([engine, spare]);
  expect(await enginePids(server)).toHaveLength(2);
  expect(await enginePids(server)).toContain(engine);
  const { request_id: id } = await submit(server, request('flux'));
  expect((await outcome(server, id)).status).toBe('succeeded');
  expect(engines().at(-1)).toBe(engine);
});

test('it goes with a server that is killed', async () => {
  const pids = await enginePids(server);
  expect(pids).toHaveLength(2);
  await server.kill();
  await Promise.all(pids.map(gone));
});
