/** Weights in fewer bits, models side by side, and a model that is too large: settings of memory, seen by a client. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { model as flux } from '../src/catalog/models/flux.ts';
import { readinessSchema } from '../src/http/system/readiness.ts';
import { call, render, result, submit, waitUntil } from './harness/client.ts';
import { decode, difference, type Picture } from './harness/pictures.ts';
import { type LoraItem, request } from './harness/requests.ts';
import { type Server, startServer } from './harness/server.ts';

/** Nobody has it, and nobody has the memory for it. */
const giant = {
  ...flux,
  id: 'giant',
  memory_gib: 1_000_000,
  checkpoint: { ...flux.checkpoint, repository: 'example/giant' },
};

let server: Server;
let catalog: string;

beforeAll(async () => {
  catalog = await mkdtemp(path.join(os.tmpdir(), 'darkroom-catalog-'));
  await writeFile(path.join(catalog, 'giant.json'), JSON.stringify(giant));
  server = await startServer({ env: { QUANTIZATION: 'flux=fp8', CATALOG_PATH: catalog } });
});

afterAll(async () => {
  await server.remove();
  await rm(catalog, { recursive: true });
});

async function picture(model: string, loras: LoraItem[] = []): Promise<{ shown: Picture; warnings: string }> {
  const rendered = await render(server, request(model, { loras }));
  return { shown: await decode(rendered.files[0] ?? Buffer.of()), warnings: rendered.warnings.join(' ') };
}

test('a model in 8 bits says so, and takes LoRAs at their scale as any other', async () => {
  const path = 'flux/ai_toolkit.safetensors';
  const base = await picture('flux');
  expect(base.warnings).toContain('QUANTIZATION holds the transformer of flux in fp8');
  const full = await picture('flux', [{ path }]);
  const half = await picture('flux', [{ path, network_multiplier: 0.5 }]);
  expect(difference(base.shown, full.shown)).toBeGreaterThan(1);
  expect(difference(full.shown, half.shown)).toBeGreaterThan(0.5);
  for (const again of [[], [{ path, network_multiplier: 0 }]]) {
    expect(difference(base.shown, (await picture('flux', again)).shown)).toBe(0);
  }
  expect((await picture('sdxl')).warnings).not.toContain('QUANTIZATION');
});

test('models that fit stay loaded side by side', async () => {
  const loads = async (): Promise<number> =>
    readinessSchema.parse((await call(server, 'GET', '/ready')).body).engine.loads;
  for (const model of ['flux', 'sdxl']) await picture(model);
  const before = await loads();
  for (const model of ['flux', 'sdxl', 'flux', 'sdxl']) await picture(model);
  expect(await loads()).toBe(before);
});

test('a model that this machine cannot hold is refused before its download, with what would help', async () => {
  const { request_id } = await submit(server, request('giant'));
  await waitUntil(server, request_id, ({ status }) => status === 'failed');
  const { error, error_code } = await result(server, request_id);
  expect(error_code).toBe('MODEL_TOO_LARGE');
  expect(error).toMatch(/giant needs about 2000000\.0 GiB .* example\/giant is not downloaded/);
});
