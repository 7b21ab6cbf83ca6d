/** LoRAs by URL, through the whole server: refused before they are downloaded, downloaded beside the device, gone on with. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  acceptedSchema,
  errorResponseSchema,
  resultResponseSchema,
  statusResponseSchema,
} from '../src/http/native/schemas/response-schema.ts';
import { peftPair, safetensorsBytes } from '../src/loras/file/header/safetensors.fixture.ts';
import { type FileHost, type HostedFile, startFileHost } from '../src/loras/sources/file-host.fixture.ts';
import { outcome, submit as post } from './harness/client.ts';
import { request } from './harness/requests.ts';
import { startServer } from './harness/server.ts';
import { type StandInServer, startStandIn } from './support/stand-in-server.ts';

const forFlux = safetensorsBytes(
  peftPair('transformer.single_transformer_blocks.0.proj_mlp', 60_000, 60_000),
);
const forWan = safetensorsBytes(peftPair('diffusion_model.blocks.0.self_attn.q', 60_000, 60_000));

let host: FileHost;
let data: string;
let server: StandInServer | undefined;
beforeEach(async () => {
  host = await startFileHost();
  data = await mkdtemp(path.join(os.tmpdir(), 'darkroom-downloads-'));
});
afterEach(async () => {
  await server?.remove();
  await host.stop();
  await rm(data, { recursive: true, force: true, maxRetries: 5 });
});

async function start(settings: Record<string, string> = {}): Promise<void> {
  server = await startStandIn({ DARKROOM_DATA: data, OUTBOUND_ALLOW: '127.0.0.1', ...settings });
}

function serve(file: HostedFile, name = '/style.safetensors'): string {
  host.files.set(name, file);
  return `${host.origin}${name}`;
}

async function ask(route: string, body?: unknown): Promise<unknown> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await fetch(`${server?.url}${route}`, init)).json();
}

const withLora = (url: string, more: Record<string, unknown> = {}) =>
  request('flux', { loras: [{ path: url }], ...more });
const submit = async (body: unknown): Promise<string> =>
  acceptedSchema.parse(await ask('/v1/inference', body)).request_id;
const statusOf = async (id: string) => statusResponseSchema.parse(await ask(`/v1/requests/${id}/status`));
const resultOf = async (id: string) => resultResponseSchema.parse(await ask(`/v1/requests/${id}/result`));

async function until(id: string, wanted: (now: Awaited<ReturnType<typeof statusOf>>) => boolean) {
  for (;;) {
    const now = await statusOf(id);
    if (wanted(now)) return now;
    await sleep(20);
  }
}

const ended = (id: string) => until(id, ({ status }) => ['succeeded', 'failed', 'canceled'].includes(status));
const downloads = (): string[] => host.requests.filter((one) => !/bytes=\d+-\d+$/.test(one));

test('one for another family is refused from its header alone', async () => {
  await start();
  const refused = errorResponseSchema.parse(await ask('/v1/inference', withLora(serve({ content: forWan }))));
  expect(refused.error).toMatchObject({
    code: 'LORA_INCOMPATIBLE',
    message: expect.stringContaining('made for Wan'),
  });
  expect(downloads()).toEqual([]);
});

test('while one request downloads others render; two that want the same file share it; progress tells bytes', async () => {
  const gate = Promise.withResolvers<void>();
  await start();
  const url = serve({ content: forFlux, gate: gate.promise });
  const waiting = [await submit(withLora(url)), await submit(withLora(url))];
  await expect.poll(() => downloads().length).toBe(1);
  const other = await submit(request('flux'));
  expect((await ended(other)).status).toBe('succeeded');
  for (const id of waiting) expect((await statusOf(id)).status).toBe('in_progress');
  gate.resolve();
  for (const id of waiting) expect(await ended(id)).toMatchObject({ status: 'succeeded' });
  expect(downloads()).toHaveLength(1);
  const { metadata } = await resultOf(waiting[0] ?? '');
  expect(metadata.loras).toEqual([
    { path: url, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), network_multiplier: 1 },
  ]);
  const events = await (await fetch(`${server?.url}/v1/requests/${waiting[0]}/events`)).text();
  expect(events).toMatch(
    new RegExp(`"phase":"downloading".*"step":${forFlux.length},"total":${forFlux.length}`),
  );
});

test('a request that waits for its download can be canceled, and time spent on it is no time of the device', async () => {
  const gate = Promise.withResolvers<void>();
  await start({ INFERENCE_TIMEOUT: '1' });
  const url = serve({ content: forFlux, gate: gate.promise });
  const [kept, canceled] = [await submit(withLora(url)), await submit(withLora(url))];
  await until(canceled, ({ status }) => status === 'in_progress');
  await ask(`/v1/requests/${canceled}/cancel`, {});
  expect((await ended(canceled)).status).toBe('canceled');
  await sleep(1200);
  gate.resolve();
  expect((await ended(kept)).status).toBe('succeeded');
});

test('a server that stops in the middle of a download goes on with it when it is back', async () => {
  await start();
  const file: HostedFile = { content: forFlux, cutAfter: 300_000 };
  const url = serve(file);
  const gate = Promise.withResolvers<void>();
  const id = await submit(withLora(url));
  await expect.poll(() => downloads().length).toBeGreaterThanOrEqual(1);
  file.gate = gate.promise;
  await expect.poll(() => downloads().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  await server?.remove();
  gate.resolve();
  delete file.cutAfter;
  host.requests.length = 0;
  await start();
  expect((await ended(id)).status).toBe('succeeded');
  expect(downloads()).toEqual([expect.stringMatching(/bytes=\d{5,}-$/)]);
});

test('a server that is killed in the middle of a download leaves what came to the next one', async () => {
  const file: HostedFile = { content: forFlux, cutAfter: 300_000 };
  const url = serve(file);
  const gate = Promise.withResolvers<void>();
  const settings = {
    args: ['--engine', 'stand-in'],
    env: { OUTBOUND_ALLOW: '127.0.0.1', CHECKPOINTS_PATH: data },
  };
  const killed = await startServer(settings);
  try {
    const { request_id: id } = await post(killed, withLora(url));
    await expect.poll(() => downloads().length).toBe(1);
    file.gate = gate.promise;
    await expect.poll(() => downloads().length, { timeout: 10_000 }).toBe(2);
    await killed.kill();
    gate.resolve();
    delete file.cutAfter;
    host.requests.length = 0;
    const next = await startServer({ ...settings, data: killed.data });
    try {
      expect(await outcome(next, id)).toMatchObject({ status: 'succeeded' });
      expect(downloads()).toEqual([expect.stringMatching(/bytes=\d{5,}-$/)]);
    } finally {
      await next.stop();
    }
  } finally {
    await killed.remove();
  }
});

test('a download that fails says which LoRA, from where, why and what to do, without the token in its URL', async () => {
  await start();
  const url = serve({ content: forFlux, downloadStatus: 410 });
  const id = await submit(withLora(`${url}?token=hush`));
  const { error_code, error } = await ended(id);
  expect(error_code).toBe('LORA_DOWNLOAD_FAILED');
  expect(error).toBe(
    `The LoRA "${url}" could not be downloaded: ${url} answered 410. Check the name; a private repository also answers so without its token.`,
  );
});
