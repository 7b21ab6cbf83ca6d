/** Trainings by ai-toolkit, of which a stand-in with the same files has the place: what they make, and what they outlive. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TrainingResponse, trainingResponseSchema } from '../src/http/native/schemas/training-schema.ts';
import { call, download, render } from './harness/client.ts';
import { python, root } from './harness/paths.ts';
import { decode, testPattern } from './harness/pictures.ts';
import { logOf, type Server, startServer } from './harness/server.ts';
import { tinyFixtures } from './harness/tiny-fixtures.ts';

const checkout = async (): Promise<string> => {
  const { loras } = await tinyFixtures();
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'darkroom-toolkit-')), 'ai-toolkit');
  await cp(path.join(root, 'tests', 'fixtures', 'ai-toolkit'), folder, { recursive: true });
  const behaviour = { step_seconds: 0.1, lora: path.join(loras, 'flux', 'ai_toolkit.safetensors') };
  await writeFile(path.join(folder, 'behave.json'), JSON.stringify(behaviour));
  return folder;
};

let server: Server;
let env: Record<string, string>;
beforeAll(async () => {
  env = { AI_TOOLKIT_PATH: await checkout(), AI_TOOLKIT_PYTHON: python };
  server = await startServer({ env });
}, 400_000);
afterAll(async () => {
  await server.remove();
  await rm(path.dirname(env.AI_TOOLKIT_PATH ?? ''), { recursive: true, force: true });
});

const prompt = { prompt: 'zorp', width: 64, height: 64, sample_steps: 1, seed: 7 };

async function start(): Promise<TrainingResponse> {
  const form = new FormData();
  const request = {
    base: 'flux',
    engine: 'ai-toolkit',
    name: 'Zorp',
    trigger_word: 'zorp',
    steps: 60,
    save_every: 20,
    samples: { prompts: [prompt] },
  };
  form.set('request', JSON.stringify(request));
  form.append('file', new Blob([new Uint8Array(await testPattern(128, 128))]), '0.png');
  const answer = await fetch(`${server.url}/v1/trainings`, { method: 'POST', body: form });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return trainingResponseSchema.parse(await answer.json());
}

/** How long nothing may change: a busy machine takes its time, and gets on. */
const stillMs = 100_000;

async function until(id: string, wanted: (now: TrainingResponse) => boolean): Promise<TrainingResponse> {
  for (let [last, ends] = ['', 0]; ; await sleep(50)) {
    const now = trainingResponseSchema.parse((await call(server, 'GET', `/v1/trainings/${id}`)).body);
    if (wanted(now)) return now;
    const stand = JSON.stringify([now.status, now.step, now.progress, now.epochs]);
    if (stand !== last) [last, ends] = [stand, Date.now() + stillMs];
    if (now.status === 'failed' || Date.now() > ends)
      throw new Error(`${JSON.stringify(now)}\n${logOf(server).slice(-4000)}`);
  }
}

test('a training is paused, goes on, outlives its server, and can be rendered with', async () => {
  const { training_id: id, warnings, engine } = await start();
  expect(engine).toBe('ai-toolkit');
  expect(warnings.join()).toContain('keeps the device until it ends');
  await until(id, ({ step }) => step > 2);
  await call(server, 'POST', `/v1/trainings/${id}/pause`);
  const paused = await until(id, ({ status }) => status === 'paused');
  const saved = paused.epochs.map(({ step }) => step);
  expect(saved.at(-1)).toBeGreaterThan(2);
  await call(server, 'POST', `/v1/trainings/${id}/resume`);
  await until(id, ({ step }) => step > paused.step + 2);
  await server.kill();
  server = await startServer({ data: server.data, env });
  const ended = await until(id, ({ status }) => status === 'succeeded');
  const steps = ended.epochs.map(({ step }) => step);
  expect(steps).toEqual([...new Set([...saved, 20, 40, 60])].toSorted((a, b) => a - b));
  const last = ended.epochs.at(-1);
  const sample = await decode(await download(last?.samples[0]?.url ?? ''));
  expect([sample.width, sample.height]).toEqual([64, 64]);
  const body = { model: 'flux', prompts: [prompt], loras: [{ path: last?.lora }] };
  expect((await render(server, body)).files).toHaveLength(1);
  const { points } = JSON.parse(JSON.stringify((await call(server, 'GET', `/v1/trainings/${id}/loss`)).body));
  expect(points.length).toBeGreaterThan(5);
}, 900_000);

test('models that only ai-toolkit trains can be trained', async () => {
  const { body } = await call(server, 'GET', '/v1/models');
  const found = JSON.parse(JSON.stringify(body)).models.find(({ id }: { id: string }) => id === 'hidream');
  expect(found.trainable).toBe(true);
});
