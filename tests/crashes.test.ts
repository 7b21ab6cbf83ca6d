/** What outlives the end of a process: of the engine in the middle of a picture, of the server with a full queue. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readinessSchema } from '../src/http/system/readiness.ts';
import { call, hasEnded, outcome, status, submit, waitUntil } from './harness/client.ts';
import { enginePids, isAlive } from './harness/engine-process.ts';
import { readEvents } from './harness/event-stream.ts';
import { request, slowPrompt } from './harness/requests.ts';
import { type Server, startServer } from './harness/server.ts';

let server: Server | undefined;
afterAll(() => server?.remove());

async function running(): Promise<Server> {
  server ??= await startServer();
  return server;
}

/** Waits until the request is inside its steps, then kills the engine without a word. */
async function killEngineInside(on: Server, id: string): Promise<void> {
  await waitUntil(on, id, ({ progress }) => progress?.phase === 'denoising' && progress.step > 1);
  const [pid, ...others] = await enginePids(on);
  if (pid === undefined || others.length > 0) throw new Error(`not one engine: ${pid} ${others.join(' ')}`);
  process.kill(pid, 'SIGKILL');
}

test('a request outlives the engine that was killed under it, and keeps what was finished', async () => {
  const on = await running();
  const { request_id: id } = await submit(
    on,
    request('flux', { prompts: [{}, { ...slowPrompt, sample_steps: 60 }] }),
  );
  await readEvents(on, id, { enough: ({ event }) => event === 'output' });
  const before = await call(on, 'GET', `/v1/requests/${id}/outputs/0`).catch(() => null);
  expect(before).toBeNull(); // a picture is no JSON: it was there
  await killEngineInside(on, id);
  const ended = await outcome(on, id);
  expect(ended).toMatchObject({ status: 'succeeded', error: null });
  expect(ended.outputs.images.map(({ index }) => index)).toEqual([0, 1]);
  const events = await readEvents(on, id);
  expect(events.flatMap(({ event, data }) => (event === 'started' ? [data.attempt] : []))).toEqual([1, 2]);
  const outputs = events.filter(({ event }) => event === 'output');
  expect(outputs).toHaveLength(2);
  const ready = readinessSchema.parse((await call(on, 'GET', '/ready')).body);
  expect(ready.engine.restarts).toBe(1);
});

test('a request that kills the engine twice fails with a reason, and the next one renders', async () => {
  const on = await running();
  const { request_id: id } = await submit(on, request('flux', { prompts: [slowPrompt] }));
  await killEngineInside(on, id);
  await waitUntil(on, id, ({ progress }) => progress?.phase !== 'denoising');
  await killEngineInside(on, id);
  const ended = await outcome(on, id);
  expect(ended).toMatchObject({ status: 'failed', error_code: 'ENGINE_CRASHED' });
  const { request_id: next } = await submit(on, request('flux'));
  expect((await outcome(on, next)).status).toBe('succeeded');
});

test('a server that is told to stop leaves its running request to the next one', async () => {
  const first = await running();
  const { request_id: id } = await submit(first, request('flux', { prompts: [slowPrompt] }));
  await waitUntil(first, id, ({ progress }) => progress?.phase === 'denoising');
  await first.stop();
  server = undefined;
  const second = await startServer({ data: first.data });
  server = second;
  const now = await waitUntil(second, id, (one) => one.status === 'in_progress' || hasEnded(one));
  expect(['in_progress', 'succeeded']).toContain(now.status);
  await call(second, 'POST', `/v1/requests/${id}/cancel`);
  await outcome(second, id);
});

test('twenty queued requests outlive the server: all succeed, none twice, no process is left', async () => {
  const first = await running();
  const { request_id: busy } = await submit(first, request('flux', { prompts: [slowPrompt] }));
  await waitUntil(first, busy, ({ progress }) => progress?.phase === 'denoising');
  const accepted = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      submit(first, request(index % 2 === 0 ? 'flux' : 'sdxl', { prompts: [{ seed: index, width: 64 }] })),
    ),
  );
  const engines = await enginePids(first);
  await first.kill();
  server = undefined;
  for (let tries = 0; tries < 100 && (await Promise.all(engines.map(isAlive))).includes(true); tries++)
    await sleep(100);
  expect(await Promise.all(engines.map(isAlive))).toEqual(engines.map(() => false));

  const second = await startServer({ data: first.data });
  server = second;
  await call(second, 'POST', `/v1/requests/${busy}/cancel`);
  for (const { request_id: id } of accepted) {
    const ended = await outcome(second, id);
    expect(ended, id).toMatchObject({ status: 'succeeded' });
    expect(ended.outputs.images).toHaveLength(1);
    const events = await readEvents(second, id);
    expect(events.filter(({ event }) => event === 'started')).toHaveLength(1);
    expect(events.filter(({ event }) => event === 'output')).toHaveLength(1);
    expect(await readdir(path.join(second.data, 'outputs', id))).toHaveLength(1);
  }
  expect((await status(second, busy)).status).toBe('canceled');
});
