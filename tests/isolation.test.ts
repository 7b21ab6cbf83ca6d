/** What one request does to itself must cost the others nothing: hangs, memory that runs out, broken LoRAs, clients that leave. */

import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readinessSchema } from '../src/http/system/readiness.ts';
import { call, download, outcome, refusal, result, status, submit, waitUntil } from './harness/client.ts';
import { enginePids, isAlive } from './harness/engine-process.ts';
import { readEvents } from './harness/event-stream.ts';
import { misbehavingEnvironment, misbehavingModel } from './harness/misbehaving-model.ts';
import { request, slowPrompt } from './harness/requests.ts';
import { readSafetensors, writeSafetensors } from './harness/safetensors-file.ts';
import { logOf, type Server, startServer } from './harness/server.ts';

const { id: model } = misbehavingModel;
const limitSeconds = 10;
let server: Server;

beforeAll(async () => {
  const env = { ...(await misbehavingEnvironment()), INFERENCE_TIMEOUT: String(limitSeconds) };
  server = await startServer({ env });
});
afterAll(() => server?.remove());

const ask = (...prompts: string[]) =>
  submit(server, request(model, { prompts: prompts.map((prompt) => ({ prompt })) }));
const good = () => ask('a photo of a cat');

async function engineCounts(): Promise<{ loads: number; restarts: number }> {
  const { engine } = readinessSchema.parse((await call(server, 'GET', '/ready')).body);
  return { loads: engine.loads, restarts: engine.restarts };
}

test('a request that fails at its fifth prompt keeps the four that were finished', async () => {
  const { request_id: id } = await ask('a cat', 'a dog', 'a cow', 'a hen', 'raise');
  const ended = await outcome(server, id);
  expect(ended).toMatchObject({ status: 'failed', error_code: 'RENDER_FAILED' });
  expect(ended.error).toContain('this prompt cannot be rendered');
  expect(ended.outputs.images.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  for (const { url } of ended.outputs.images) expect((await download(url)).length).toBeGreaterThan(100);
});

test('a request that runs out of memory fails by that code, and the next one needs no reload', async () => {
  await outcome(server, (await good()).request_id);
  const before = await engineCounts();
  const { request_id: id } = await ask('run out of memory');
  expect(await outcome(server, id)).toMatchObject({ status: 'failed', error_code: 'OUT_OF_MEMORY' });
  expect((await outcome(server, (await good()).request_id)).status).toBe('succeeded');
  expect(await engineCounts()).toEqual(before);
});

test('LoRAs that are broken, every fifth one, cost no reload', async () => {
  const inFolder = (name: string) => path.join(server.loras, name);
  const whole = await readFile(inFolder('flux/ai_toolkit.safetensors'));
  await writeFile(inFolder('half.safetensors'), whole.subarray(0, whole.length / 2));
  // Of its own content, or the engine would have it in memory already.
  const own = await readSafetensors(inFolder('flux/ai_toolkit.safetensors'));
  await writeSafetensors(inFolder('late.safetensors'), { ...own, metadata: { note: 'late' } });
  const withLora = (lora: string) => request(model, { loras: [{ path: lora }] });
  await outcome(server, (await submit(server, withLora('flux/ai_toolkit.safetensors'))).request_id);
  const before = await engineCounts();
  const { request_id: busy } = await submit(server, request(model, { prompts: [slowPrompt] }));
  await waitUntil(server, busy, ({ progress }) => progress?.phase === 'denoising');
  // One shows its fault in the header; the other is broken while it waits.
  expect(await refusal(server, withLora('half.safetensors'))).toMatchObject({ code: 'LORA_INVALID' });
  const { request_id: late } = await submit(server, withLora('late.safetensors'));
  const others = await Promise.all(
    Array.from({ length: 8 }, () => submit(server, withLora('flux/ai_toolkit.safetensors'))),
  );
  await writeFile(inFolder('late.safetensors'), whole.subarray(0, whole.length / 2));
  await call(server, 'POST', `/v1/requests/${busy}/cancel`);
  const broken = await outcome(server, late);
  expect(broken.status).toBe('failed');
  expect(broken.error_code).toMatch(/^LORA_/);
  for (const { request_id: id } of others) expect((await outcome(server, id)).status).toBe('succeeded');
  expect(await engineCounts()).toEqual(before);
});

test('a canceled request stops at its next step', async () => {
  const { request_id: id } = await submit(server, request(model, { prompts: [slowPrompt] }));
  const { progress } = await waitUntil(server, id, (now) => (now.progress?.step ?? 0) > 1);
  await call(server, 'POST', `/v1/requests/${id}/cancel`);
  expect((await outcome(server, id)).status).toBe('canceled');
  const steps = (await readEvents(server, id)).flatMap(({ event, data }) =>
    event === 'progress' && data.phase === 'denoising' ? [Number(data.step)] : [],
  );
  expect(Math.max(...steps)).toBeLessThan(slowPrompt.sample_steps / 2);
  expect(progress?.step).toBeGreaterThan(1);
});

test('clients that hang up in the middle of a body or of a stream leave nothing behind', async () => {
  const before = (await call(server, 'GET', '/v1/requests?limit=1')).body;
  await Promise.all(Array.from({ length: 20 }, () => hangUpInBody(server.url)));
  expect((await call(server, 'GET', '/v1/requests?limit=1')).body).toEqual(before);
  const { request_id: id } = await submit(server, request(model, { prompts: [{ sample_steps: 20 }] }));
  await Promise.all(
    Array.from({ length: 20 }, () => readEvents(server, id, { enough: ({ event }) => event !== 'ended' })),
  );
  expect((await outcome(server, id)).status).toBe('succeeded');
  expect(logOf(server)).not.toMatch(/"level":50.*(abort|premature|ECONNRESET)/i);
});

/** Sends half of what it announced, and is gone. */
function hangUpInBody(url: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': '1000' };
    const sending = httpRequest(`${url}/v1/inference`, { method: 'POST', headers });
    sending.on('error', () => resolve());
    sending.write('{"model":"flux","prompts":[', () => sending.destroy());
    sending.on('close', () => resolve());
  });
}

test('a request that hangs ends at its time limit, and its process with it', async () => {
  const [engine] = await enginePids(server);
  const { request_id: id } = await ask('hang');
  const { request_id: next } = await good();
  const ended = await outcome(server, id);
  expect(ended).toMatchObject({ status: 'failed', error_code: 'TIMEOUT' });
  const seconds = (Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '')) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(limitSeconds);
  expect(seconds).toBeLessThan(limitSeconds + 8);
  expect(await isAlive(engine ?? 0)).toBe(false);
  expect((await outcome(server, next)).status).toBe('succeeded');
  expect(await result(server, id)).toEqual(ended);
});

test('a request that hangs can be canceled', async () => {
  const { request_id: id } = await ask('hang');
  await waitUntil(server, id, ({ status: now }) => now === 'in_progress');
  const { request_id: next } = await good();
  await sleep(500);
  await call(server, 'POST', `/v1/requests/${id}/cancel`);
  expect((await outcome(server, id)).status).toBe('canceled');
  expect((await outcome(server, next)).status).toBe('succeeded');
  expect((await status(server, id)).status).toBe('canceled');
});

test('a server that is told to stop gives its request back, and the next one finishes it', async () => {
  const prompts = [{ seed: 1 }, { seed: 2 }, { seed: 3, ...slowPrompt, sample_steps: 40 }];
  const { request_id: id } = await submit(server, request(model, { prompts }));
  await readEvents(server, id, { enough: ({ event }) => event === 'output' });
  const told = Date.now();
  await server.stop();
  expect(Date.now() - told).toBeLessThan(20_000);
  server = await startServer({ data: server.data, env: await misbehavingEnvironment() });
  expect((await outcome(server, id)).status).toBe('succeeded');
  const events = await readEvents(server, id);
  expect(events.filter(({ event }) => event === 'started')).toHaveLength(2);
  expect(events.filter(({ event }) => event === 'output')).toHaveLength(3);
});

test('a server that is told to stop does so though its request hangs', async () => {
  const { request_id: id } = await ask('hang');
  await waitUntil(server, id, ({ status: now }) => now === 'in_progress');
  const [engine] = await enginePids(server);
  const told = Date.now();
  await server.stop();
  expect(Date.now() - told).toBeLessThan(20_000);
  expect(await isAlive(engine ?? 0)).toBe(false);
  server = await startServer({ data: server.data, env: await misbehavingEnvironment() });
  expect((await status(server, id)).status).not.toBe('failed');
  await call(server, 'POST', `/v1/requests/${id}/cancel`);
  expect((await outcome(server, id)).status).toBe('canceled');
});
