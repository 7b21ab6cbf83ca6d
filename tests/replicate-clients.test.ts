/** Replicate's official clients, unmodified, against a real server process; what renders stands in for the engine. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server as Receiver } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import Replicate, { parseProgressFromLogs, validateWebhook } from 'replicate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FileHost, startFileHost } from '../src/loras/sources/file-host.fixture.ts';
import { demo } from './harness/demo.ts';
import { python, root } from './harness/paths.ts';
import { type ReverseProxy, startProxy } from './harness/proxy.ts';
import { type PythonClient, pythonClient } from './harness/python-clients.ts';
import { runOrThrow } from './harness/run-program.ts';
import { type Server, startServer } from './harness/server.ts';

const key = 'a-key-of-sixteen-or-more';
let server: Server;
let replicate: Replicate;
let receiver: Receiver;
let hub: FileHost;
let proxy: ReverseProxy;
const heard: Request[] = [];
const takenSchema = z.object({
  version: z.templateLiteral([z.string(), '/', z.string(), ':', z.string()]),
});
const toldSchema = z.object({ id: z.string(), status: z.string(), output: z.array(z.url()).nullable() });

beforeAll(async () => {
  hub = await startFileHost();
  server = await startServer({
    args: ['--engine', 'stand-in'],
    // The longest that there is takes 4 s here, and so fails.
    env: { API_KEYS: key, OUTBOUND_ALLOW: '127.0.0.1', HF_ENDPOINT: hub.origin, INFERENCE_TIMEOUT: '4' },
  });
  replicate = new Replicate({ auth: key, baseUrl: `${server.url}/replicate/v1` });
  receiver = createServer(async (incoming, response) => {
    const headers = new Headers(
      Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values?.join(',') ?? '']),
    );
    heard.push(new Request('http://hook.test', { method: 'POST', headers, body: await buffer(incoming) }));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  proxy = await startProxy(server.url, '/gpu/darkroom');
});
afterAll(async () => {
  proxy?.close();
  receiver?.close();
  await server?.remove();
  await hub?.stop();
});

const input = { prompt: 'a red apple', seed: 11, num_inference_steps: 4 };
const fetched = async (url: string) => sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();

test('run gives files, by name and by version', async () => {
  const { latest_version: version } = await replicate.models.get('darkroom', 'demo');
  const output = await replicate.run('darkroom/demo', { input: { ...input, num_outputs: 2 } });
  expect(output).toHaveLength(2);
  for (const file of Array.isArray(output) ? output : []) {
    const { width, format } = await sharp(Buffer.from(await (await file.blob()).arrayBuffer())).metadata();
    expect({ width, format }).toEqual({ width: 128, format: 'webp' });
  }
  const options = {
    input: { ...input, output_format: 'png' },
    wait: { mode: 'poll', interval: 100 },
  } as const;
  const seen: (number | undefined)[] = [];
  const polled = await replicate.run(`darkroom/demo:${version?.id}`, options, (prediction) => {
    seen.push(parseProgressFromLogs(prediction)?.percentage);
  });
  const [url] = Array.isArray(polled) ? polled : [];
  expect(String(url)).toMatch(/\/replicate\/v1\/outputs\/\w{26}\/out-0\.png\?/);
  expect(await fetched(String(url))).toMatchObject({ format: 'png', width: 128 });
  expect(seen.at(-1)).toBe(1);
  // On a page of anywhere.
  const { headers } = await fetch(String(url), { headers: { origin: 'https://app.example' } });
  expect(headers.get('access-control-allow-origin')).toBe('*');
});

test('a prediction is created, waited for, read and listed', async () => {
  const created = await replicate.predictions.create({ model: 'darkroom/demo', input });
  expect(created).toMatchObject({ status: 'starting', output: null });
  const ended = await replicate.wait(created, { interval: 100 });
  expect(ended).toMatchObject({
    id: created.id,
    status: 'succeeded',
    error: null,
    model: 'darkroom/demo',
    metrics: { predict_time: expect.any(Number), total_time: expect.any(Number) },
    logs: expect.stringMatching(/^Using seed: 11\n[\s\S]*100%\|#{10}\| 4\/4 \[/),
  });
  const { results } = await replicate.predictions.list();
  expect(results.map(({ id }) => id)).toContain(created.id);
  expect(await replicate.predictions.get(created.id)).toMatchObject({ id: created.id, status: 'succeeded' });
});

test('outputs of one seed are those that the seeds of the single ones give', async () => {
  const make = async (more: object): Promise<string[]> => {
    const created = await replicate.predictions.create({
      model: 'darkroom/demo',
      wait: true,
      input: { ...input, output_format: 'png', ...more },
    });
    return z.array(z.string()).parse(created.output);
  };
  const [both, first, second] = [await make({ num_outputs: 2 }), await make({}), await make({ seed: 12 })];
  const pixels = async (urls: string[], index: number) =>
    sharp(Buffer.from(await (await fetch(urls[index] ?? '')).arrayBuffer()))
      .raw()
      .toBuffer();
  expect(await pixels(both, 0)).toEqual(await pixels(first, 0));
  expect(await pixels(both, 1)).toEqual(await pixels(second, 0));
});

const long = { ...input, num_inference_steps: 50, num_outputs: 4 };

test('one that fails is raised, and its stream says so', async () => {
  const failing = replicate.run('darkroom/demo', { input: long });
  await expect(failing).rejects.toThrow(/^Prediction failed: \S+/);
  const told: string[] = [];
  const streaming = async () => {
    for await (const { event } of replicate.stream('darkroom/demo', { input: long })) told.push(event);
  };
  await expect(streaming()).rejects.toThrow(/detail/);
  expect(told).toContain('logs');
});

test('pictures to begin with come in every way, and outputs as plain URLs', async () => {
  const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const bytes = Uint8Array.from(png);
  const host = createServer((_, response) => response.end(png)).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const address = host.address();
  const plain = new Replicate({ auth: key, baseUrl: `${server.url}/replicate/v1/`, useFileOutput: false });
  const wait = { mode: 'poll', interval: 100 } as const;
  for (const image of [
    png,
    new Blob([bytes]),
    new File([bytes], 'face.png', { type: 'image/png' }),
    `data:image/png;base64,${png.toString('base64')}`,
    `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/face.png`,
  ]) {
    const [url] = z
      .array(z.url())
      .parse(await plain.run('darkroom/demo', { input: { ...input, image }, wait }));
    expect(await fetched(url ?? '')).toMatchObject({ width: 64, height: 48 });
  }
  host.close();
});

test('one that is canceled ends', async () => {
  const created = await replicate.predictions.create({
    model: 'darkroom/demo',
    input: { ...input, num_inference_steps: 50, num_outputs: 4 },
  });
  await replicate.predictions.cancel(created.id);
  expect(await replicate.wait(created, { interval: 100 })).toMatchObject({
    status: 'canceled',
    output: null,
  });
  expect(await replicate.predictions.cancel(created.id)).toMatchObject({ status: 'canceled' });
});

test('webhooks are those that the client validates, of the events that were asked for', async () => {
  const address = receiver.address();
  const port = typeof address === 'object' ? address?.port : null;
  const created = await replicate.predictions.create({
    model: 'darkroom/demo',
    input,
    webhook: `http://127.0.0.1:${port}/hook?job=9`,
    webhook_events_filter: ['start', 'completed'],
  });
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
  const { key: secret } = await replicate.webhooks.default.secret.get();
  const told = await Promise.all(
    heard.map(async (request) => {
      expect(await validateWebhook(request.clone(), secret)).toBe(true);
      expect(await validateWebhook(request.clone(), `whsec_${Buffer.alloc(24, 1).toString('base64')}`)).toBe(
        false,
      );
      return toldSchema.parse(await request.json());
    }),
  );
  expect(told.map(({ id }) => id)).toEqual([created.id, created.id]);
  expect(told.map(({ status }) => status)).toContain('succeeded');
  const last = told.find(({ status }) => status === 'succeeded');
  expect(await fetched(last?.output?.[0] ?? '')).toMatchObject({ format: 'webp' });
});

test('a prediction is followed, with its logs and its files, also by who comes late', async () => {
  const followed: string[] = [];
  let pictures = 0;
  for await (const { event, data } of replicate.stream('darkroom/demo', {
    input: { ...input, num_outputs: 2 },
  })) {
    followed.push(event === 'logs' ? `logs ${data.split('\n')[0]}` : event);
    if (event !== 'output') continue;
    const file: unknown = data;
    expect(file).toBeInstanceOf(ReadableStream);
    if (!(file instanceof ReadableStream)) continue;
    expect(await sharp(await new Response(file).arrayBuffer()).metadata()).toMatchObject({ format: 'webp' });
    pictures++;
  }
  expect(pictures).toBe(2);
  expect(followed[0]).toBe('logs Using seed: 11');
  expect(followed.at(-1)).toBe('done');
  const [last] = (await replicate.predictions.list()).results;
  expect(last?.urls.stream).toContain('/v1/files/stream-');
  const late = await (await fetch(last?.urls.stream ?? '')).text();
  expect(late.match(/^event: (output|done)$/gm)).toEqual(['event: output', 'event: output', 'event: done']);
  expect(late.match(/^id: \d{13}:\d+$/gm)?.length).toBe(late.match(/^event: /gm)?.length);
  const from = /^id: (\S+)\ndata: http/m.exec(late)?.[1] ?? '';
  const rest = await (await fetch(last?.urls.stream ?? '', { headers: { 'last-event-id': from } })).text();
  expect(rest.match(/^event: output$/gm)).toHaveLength(1);
});

test('one that has not ended by its Cancel-After is canceled', async () => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const create = (after: string) =>
    fetch(`${server.url}/replicate/v1/models/darkroom/demo/predictions`, {
      method: 'POST',
      headers: { ...headers, 'cancel-after': after },
      body: JSON.stringify({ input: long }),
    });
  expect((await create('2s')).status).toBe(422);
  // They have the device for longer than that, however fast the machine is.
  const before = await Promise.all(
    Array.from({ length: 20 }, () => replicate.predictions.create({ model: 'darkroom/demo', input: long })),
  );
  const {
    id,
    deadline,
    created_at: created,
  } = z
    .object({ id: z.string(), deadline: z.string(), created_at: z.string() })
    .parse(await (await create('5')).json());
  expect(Math.round((Date.parse(deadline) - Date.parse(created)) / 1000)).toBe(5);
  await expect
    .poll(async () => (await replicate.predictions.get(id)).status, { timeout: 60_000, interval: 200 })
    .toBe('canceled');
  await Promise.all(before.map((prediction) => replicate.predictions.cancel(prediction.id)));
});

test('files go up, and come down', async () => {
  const file = await replicate.files.create(Buffer.from('GIF89a'), { of: 'me' });
  expect(file).toMatchObject({ content_type: 'image/gif', size: 6, metadata: { of: 'me' } });
  expect(await replicate.files.get(file.id)).toEqual(file);
  expect((await replicate.files.list()).results).toContainEqual(file);
  const { urls } = z.object({ urls: z.object({ download: z.url() }) }).parse(file);
  expect(await (await fetch(urls.download)).text()).toBe('GIF89a');
  expect(await replicate.files.delete(file.id)).toBe(true);
  await expect(replicate.files.get(file.id)).rejects.toThrow(/404.*Not found/s);
});

test('behind a proxy that has it under a path the URLs are those of the proxy', async () => {
  const options = { baseUrl: `${proxy.url}/replicate/v1`, useFileOutput: false };
  const behind = new Replicate({ auth: key, ...options });
  const polled = { mode: 'poll', interval: 100 } as const;
  const [url] = z.array(z.string()).parse(await behind.run('darkroom/demo', { input, wait: polled }));
  expect(url).toMatch(`${proxy.url}/replicate/v1/outputs/`);
  expect(await fetched(url ?? '')).toMatchObject({ format: 'webp' });
  const { results } = await behind.predictions.list();
  const { get, stream } = results[0]?.urls ?? {};
  expect(get).toMatch(`${proxy.url}/replicate/v1/predictions/`);
  expect(await (await fetch(stream ?? '')).text()).toContain(`data: ${proxy.url}/replicate/v1/outputs/`);
  const file = await behind.files.create(
    await sharp({ create: { width: 32, height: 32, channels: 3, background: 'teal' } })
      .png()
      .toBuffer(),
  );
  expect(file.urls.get).toMatch(`${proxy.url}/replicate/v1/files/`);
  expect(
    await behind.run('darkroom/demo', { input: { ...input, image: file.urls.get }, wait: polled }),
  ).toHaveLength(1);
});

test('models are found by their words', async () => {
  const { results } = await replicate.models.search('demo');
  expect(results.map(({ name }) => name)).toContain('demo');
});

test('what is wrong is raised with its reason', async () => {
  const raised = (input: object) => replicate.run('darkroom/demo', { input: { prompt: 'x', ...input } });
  await expect(raised({ num_outputs: 10 })).rejects.toThrow(
    /422.*input\.num_outputs: Must be less than or equal to 4/s,
  );
  await expect(raised({ image: Buffer.from('x') })).rejects.toThrow();
  await expect(replicate.run('me/nothing', { input })).rejects.toThrow(/404.*Not found/s);
  const stranger = new Replicate({ auth: 'dk_wrong', baseUrl: `${server.url}/replicate/v1` });
  await expect(stranger.run('darkroom/demo', { input })).rejects.toThrow(/401.*Unauthenticated/s);
});

describe('the clients of Python', () => {
  const seen = async (client: PythonClient): Promise<unknown> => {
    const script = path.join(root, 'tests', 'clients', `replicate_${client}_client.py`);
    const env = { PYTHONPATH: await pythonClient(client) };
    return JSON.parse((await runOrThrow(python, [script, server.url, key, proxy.url], { env })).stdout);
  };
  const webp = ['WEBP', 128, 128];
  const runs = { blocking: [webp, webp], 'by version': ['PNG', 128, 128], polling: ['out-0.webp'] };
  const ten = [422, '- input.num_outputs: Must be less than or equal to 4\n'];
  const sent = ['a.gif', 'image/gif', 6, { of: 'me' }];

  test('version 1', async () => {
    expect(await seen('one')).toEqual({
      runs: { ...runs, async: webp },
      predictions: {
        ended: ['succeeded', 1, true],
        held: 'starting',
        canceled: ['canceled', null],
        listed: true,
        streamed: ['logs', 1, 'done'],
      },
      files: { sent, read: true, listed: true, deleted: true, gone: 404 },
      models: {
        owner: 'local',
        made: ['one', null],
        found: true,
        versions: 1,
        listed: true,
        hardware: 1,
        none: [0, 0],
        deleted: true,
      },
      webhook: { told: [true, 'succeeded', 1] },
      wrong: { ten, 'no version': 422, 'no model': 404, 'no key': 401 },
      'with v1 twice': 'local',
      'behind a proxy': true,
    });
  });

  test('version 2', async () => {
    expect(await seen('two')).toEqual({
      runs: { ...runs, async: 1 },
      predictions: { ended: ['succeeded', 1], canceled: ['canceled', null, true], listed: true },
      files: { sent, downloaded: 'GIF89a', listed: true, gone: 404 },
      models: {
        made: ['two', null],
        changed: 'Changed.',
        found: [true, ['two']],
        versions: 1,
        hardware: 1,
        trainings: 0,
        none: [0, 0],
        gone: 404,
      },
      wrong: { ten, 'no version': 422, 'no destination': 404, 'no key': 401 },
      'without v1': 'local',
      'behind a proxy': true,
    });
  });
});

test('a LoRA of the hub becomes a version without training, of which the webhook tells and which run takes', async () => {
  hub.files.set('/me/neon/resolve/main/neon.safetensors', { content: await readFile(demo.loras[0] ?? '') });
  const { username } = await replicate.accounts.current();
  const name = `taken-${Date.now()}`;
  await replicate.models.create(username, name, { visibility: 'private', hardware: 'cpu' });
  const { latest_version: trainer } = await replicate.models.get('darkroom', 'demo');
  const before = heard.length;
  const address = receiver.address();
  const created = await replicate.trainings.create('darkroom', 'demo', trainer?.id ?? '', {
    destination: `${username}/${name}`,
    input: {
      skip_training_and_use_pretrained_hf_lora_url:
        'https://huggingface.co/me/neon/resolve/main/neon.safetensors',
    },
    webhook: `http://127.0.0.1:${typeof address === 'object' ? address?.port : null}/hook`,
    webhook_events_filter: ['completed'],
  });
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(before + 1);
  const ended = await replicate.trainings.get(created.id);
  expect(await heard[before]?.json()).toEqual({
    ...ended,
    output: { ...ended.output, weights: expect.any(String) },
  });
  expect(parseProgressFromLogs(ended.logs ?? '')).toMatchObject({ percentage: 1 });
  const { version } = takenSchema.parse(ended.output);
  expect(await replicate.run(version, { input })).toHaveLength(1);
});
