/** A model is one file: put an entry into a folder of CATALOG_PATH, and it is listed, documented and renders. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { model as flux } from '../src/catalog/models/flux.ts';
import { call, render } from './harness/client.ts';
import { decode, difference } from './harness/pictures.ts';
import { request } from './harness/requests.ts';
import { type Server, startServer } from './harness/server.ts';

let server: Server;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-catalog-'));
  await mkdir(folder, { recursive: true });
  const entry = {
    ...flux,
    id: 'flux_squared',
    label: 'A fifth model',
    description: 'FLUX.1 with other defaults.',
    defaults: { ...flux.defaults, sample_steps: 3, guidance_scale: 2.5, width: 64, height: 64 },
  };
  await writeFile(path.join(folder, 'flux_squared.json'), JSON.stringify(entry));
  server = await startServer({ env: { CATALOG_PATH: folder } });
});
afterAll(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

test('it is in the list of models, with its own defaults', async () => {
  const { body } = await call(server, 'GET', '/v1/models');
  expect(JSON.stringify(body)).toContain('"flux_squared"');
  expect(JSON.stringify(body)).toContain('A fifth model');
});

test('it is in the OpenAPI document', async () => {
  const { status, body } = await call(server, 'GET', '/openapi.json');
  expect(status).toBe(200);
  expect(JSON.stringify(body)).toContain('flux_squared');
});

test('it renders with its own defaults, and takes the LoRAs of its family', async () => {
  const defaults = await render(server, {
    model: 'flux_squared',
    base_only: true,
    output_format: 'png',
    prompts: [{ prompt: 'a photo of a cat' }],
  });
  expect(defaults.outputs.images[0]).toMatchObject({ width: 64, height: 64, seed: 42 });
  const spelledOut = await render(
    server,
    request('flux', { prompts: [{ width: 64, height: 64, sample_steps: 3, guidance_scale: 2.5, seed: 42 }] }),
  );
  const [own, same] = await Promise.all(
    [defaults, spelledOut].map(({ files }) => decode(files[0] ?? Buffer.of())),
  );
  if (own === undefined || same === undefined) throw new Error('no picture');
  expect(difference(own, same)).toBe(0);
  const loras = [{ path: 'flux/ai_toolkit.safetensors' }];
  const changed = await render(
    server,
    request('flux_squared', { loras, prompts: [{ width: 64, height: 64, sample_steps: 3 }] }),
  );
  expect(difference(own, await decode(changed.files[0] ?? Buffer.of()))).toBeGreaterThan(0.5);
});
