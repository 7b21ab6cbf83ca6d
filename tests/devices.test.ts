/** Two engines on the CPU in one server: they render side by side, and one that is killed takes only its own request with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Readiness, readinessSchema } from '../src/http/system/readiness.ts';
import { call, outcome, result, submit, waitUntil } from './harness/client.ts';
import { enginePids } from './harness/engine-process.ts';
import { readEvents } from './harness/event-stream.ts';
import { request, slowPrompt } from './harness/requests.ts';
import { logOf, type Server, startServer } from './harness/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: { DEVICES: 'cpu,cpu', LOG_LEVEL: 'info' } });
  await readyDevices();
});
afterAll(() => server?.remove());

const readiness = async (): Promise<Readiness> =>
  readinessSchema.parse((await call(server, 'GET', '/ready')).body);

/** The server is ready when one device is; here both have to be. */
async function readyDevices(): Promise<Readiness> {
  for (;;) {
    const now = await readiness();
    if (now.devices.every(({ state }) => state === 'ready')) return now;
    await sleep(100);
  }
}

const submitSlow = async (): Promise<string> =>
  (await submit(server, request('flux', { prompts: [slowPrompt] }))).request_id;
const insideSteps = (id: string) =>
  waitUntil(server, id, ({ progress }) => progress?.phase === 'denoising' && progress.step > 1);
const attempts = async (id: string): Promise<unknown[]> =>
  (await readEvents(server, id)).flatMap(({ event, data }) => (event === 'started' ? [data.attempt] : []));

test('two requests are rendered side by side, and everything that speaks of devices names both', async () => {
  const ids = await Promise.all([submitSlow(), submitSlow()]);
  await Promise.all(ids.map(insideSteps));
  const busy = await readiness();
  expect(busy).toMatchObject({ ready: true, engine: { state: 'busy' }, queue: { running: 2 } });
  expect(busy.devices).toMatchObject([
    { name: 'cpu:0', state: 'busy', resident_models: 1, loads: 0, restarts: 0 },
    { name: 'cpu:1', state: 'busy', resident_models: 1, loads: 0, restarts: 0 },
  ]);
  expect((await call(server, 'GET', '/health')).body).toEqual({
    status: 'healthy',
    devices: [
      { name: 'cpu:0', state: 'busy' },
      { name: 'cpu:1', state: 'busy' },
    ],
  });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  for (const device of ['cpu:0', 'cpu:1']) {
    expect(metrics).toContain(`darkroom_device_up{device="${device}"} 1`);
    expect(metrics).toContain(`darkroom_device_busy{device="${device}"} 1`);
    expect(metrics).toMatch(
      new RegExp(`darkroom_device_memory_bytes\\{device="${device}",kind="used"\\} \\d{6,}`),
    );
  }
  const ended = await Promise.all(ids.map((id) => outcome(server, id)));
  expect(ended).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  const [first, second] = ended.map(({ started_at, finished_at }) => [started_at ?? '', finished_at ?? '']);
  expect(first?.[0] ?? '').not.toBe('');
  // Each began before the other ended.
  expect((first?.[0] ?? '') < (second?.[1] ?? '') && (second?.[0] ?? '') < (first?.[1] ?? '')).toBe(true);
  expect((await readyDevices()).devices.map(({ loads }) => loads)).toEqual([1, 1]);
});

test('each engine keeps a model of its own, and requests go where their model is', async () => {
  const before = await readyDevices();
  for (const model of ['sdxl', 'flux', 'sdxl', 'flux', 'sdxl', 'flux']) {
    const { request_id: id } = await submit(server, request(model));
    expect((await outcome(server, id)).status).toBe('succeeded');
  }
  const after = await readyDevices();
  const loads = ({ devices }: Readiness): number => devices.reduce((sum, device) => sum + device.loads, 0);
  // flux is on both; sdxl is loaded once, by the device that took its first request and then got the others.
  expect(loads(after) - loads(before)).toBe(1);
});

test('an engine that is killed takes only its own request with it', async () => {
  const ids = await Promise.all([submitSlow(), submitSlow()]);
  await Promise.all(ids.map(insideSteps));
  const [killed = 0, other, ...more] = await enginePids(server);
  expect(more).toEqual([]);
  process.kill(killed, 'SIGKILL');
  const ended = await Promise.all(ids.map((id) => outcome(server, id)));
  expect(ended).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  expect((await Promise.all(ids.map(attempts))).map(String).toSorted()).toEqual(['1', '1,2']);
  const { devices } = await readyDevices();
  expect(devices.map(({ restarts }) => restarts).toSorted()).toEqual([0, 1]);
  expect(await enginePids(server)).toContain(other);
  expect(await Promise.all(ids.map(async (id) => (await result(server, id)).outputs.images.length))).toEqual([
    1, 1,
  ]);
  expect(logOf(server)).toMatch(/"device":"cpu:[01]".*was killed \(SIGKILL\)/);
});
