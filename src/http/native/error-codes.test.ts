/**
 * Every error code, through HTTP. The table below has to name all of them: the compiler holds it against the union. A code
 * is either provoked by a request, or can only end a job and is then read from its status.
 */
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, errorCodes, isErrorCode } from '../../errors/codes.ts';
import { kohyaPair, writeSafetensors } from '../../loras/file/header/safetensors.fixture.ts';
import { openTestApp, plainBody, type TestApp } from '../app.fixture.ts';
import { writeTestModels } from '../awkward-requests.fixture.ts';
import { claimNext, storeOutput, submitPlain } from '../job.fixture.ts';

type Case = () => Promise<Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body' | 'json'>>;

let models: string;
let open: TestApp;
/** One LoRA in a request, one waiting job, a key. */
let narrow: TestApp;

beforeAll(async () => {
  models = await writeTestModels();
  open = await openTestApp({ CATALOG_PATH: models, MAX_BODY_MB: '1' });
  narrow = await openTestApp({ CATALOG_PATH: models, MAX_LORAS: '1', MAX_QUEUE: '1', API_KEYS: 'key' });
});
afterAll(async () => {
  await open.close();
  await narrow.close();
  await rm(models, { recursive: true });
});

const key = { authorization: 'Bearer key' };
const send = (server: TestApp, payload: object, headers = {}) =>
  server.app.inject({ method: 'POST', url: '/v1/inference', payload, headers });
const get = (url: string, options: InjectOptions = {}) => open.app.inject({ url, ...options });

const withLoras = (...loras: object[]) => ({ ...plainBody, base_only: false, loras });
const loraFile = (name: string) => path.join(open.config.lorasFolder, name);
const low = { path: 'a.safetensors', transformer: 'low' };
const plain = { path: 'a.safetensors' };
const edit = (prompt: object) => ({
  ...plainBody,
  model: 'flux_kontext',
  prompts: [{ prompt: 'x', ...prompt }],
});

async function makeModel(): Promise<string> {
  const payload = { name: 'A model' };
  return (await open.app.inject({ method: 'POST', url: '/v1/registry/models', payload })).json().id;
}

async function outputOf(range: string): ReturnType<Case> {
  const id = await submitPlain(open, { priority: 100 });
  await claimNext(open);
  await storeOutput(open, id, 0, Buffer.from('picture'));
  return get(`/v1/requests/${id}/outputs/0`, { headers: { range } });
}

const cases: Record<ErrorCode, Case | 'ends a job'> = {
  INVALID_REQUEST: () => send(open, {}),
  MODEL_NOT_FOUND: () => send(open, { ...plainBody, model: 'dmeo' }),
  LORA_FILE_REQUIRED: () => send(open, { ...plainBody, base_only: false }),
  LORA_NOT_FOUND: () => send(open, withLoras({ path: '../../etc/passwd.safetensors' })),
  LORA_INVALID: async () => {
    await writeFile(loraFile('page.safetensors'), '<!doctype html><html></html>');
    return send(open, withLoras({ path: 'page.safetensors' }));
  },
  LORA_INCOMPATIBLE: async () => {
    const module = 'lora_unet_down_blocks_2_attentions_0_transformer_blocks_9_attn1_to_q';
    await writeSafetensors(loraFile('sdxl.safetensors'), kohyaPair(module, 1280, 1280));
    return send(open, { ...withLoras({ path: 'sdxl.safetensors' }), model: 'flux' });
  },
  LORA_DOWNLOAD_FAILED: () => send(open, withLoras({ path: 'http://127.0.0.1:9/a.safetensors' })),
  SINGLE_LORA_ONLY: () => send(narrow, withLoras(plain, plain), key),
  TOO_MANY_LORAS: () => send(open, withLoras(...Array.from({ length: 9 }, () => plain))),
  MOE_FORMAT_REQUIRED: () => send(open, { ...withLoras(plain), model: 'two_sided' }),
  MOE_FORMAT_NOT_SUPPORTED: () => send(open, withLoras(low)),
  SINGLE_MOE_CONFIG_ONLY: () => send(narrow, { ...withLoras(low, low), model: 'two_sided' }, key),
  PROMPT_INVALID: () => send(open, { ...plainBody, prompt_flags: true, prompts: [{ prompt: 'x --w wide' }] }),
  CONTROL_IMAGE_REQUIRED: () => send(open, edit({})),
  CONTROL_IMAGE_INVALID: () => send(open, edit({ ctrl_img: 'bm90IGEgcGljdHVyZQ==' })),
  SIZE_INVALID: () => send(open, { ...plainBody, model: 'two_sided', prompts: [{ prompt: 'x', width: 64 }] }),
  WEBHOOK_INVALID: () => send(open, { ...plainBody, webhook_url: 'http://169.254.169.254/' }),
  KEY_NOT_FOUND: () => open.app.inject({ method: 'DELETE', url: '/v1/keys/key_0' }),
  REQUEST_NOT_FOUND: () => get('/v1/requests/nobody/status'),
  OUTPUT_NOT_FOUND: async () => get(`/v1/requests/${await submitPlain(open)}/outputs/0`),
  TRAINED_MODEL_NOT_FOUND: () => get('/v1/registry/models/model_x'),
  EPOCH_NOT_FOUND: async () => get(`/v1/registry/models/${await makeModel()}/files/${'0'.repeat(64)}`),
  ASSET_NOT_FOUND: () => get('/v1/registry/assets/asset_x'),
  UPLOAD_NOT_FOUND: () => get('/v1/uploads/upload_x'),
  REQUEST_UNFINISHED: async () => {
    const id = await submitPlain(open, { priority: 100 });
    await claimNext(open);
    await storeOutput(open, id, 0, Buffer.from('picture'));
    return open.app.inject({ method: 'DELETE', url: `/v1/requests/${id}/outputs/0` });
  },
  SHEET_NOT_FOUND: () => get('/v1/sheets/nobody'),
  SHEET_CONFLICT: async () => {
    const payload = { model: 'demo', axes: [{ name: 'prompt', values: ['a red apple'] }] };
    const sheet = await open.app.inject({ method: 'POST', url: '/v1/sheets', payload });
    return open.app.inject({ method: 'DELETE', url: `/v1/sheets/${sheet.json().sheet_id}` });
  },
  VERIFICATION_INVALID: () =>
    open.app.inject({ method: 'POST', url: '/v1/verifications', payload: { folder: '/nowhere' } }),
  REGISTRY_CONFLICT: () => get('/v1/registry/models/model_demo/download'),
  REGISTRY_GONE: async () => {
    const id = await makeModel();
    await open.database.queries.execute(sql`update models set deleted_at = '2000-01-01' where id = ${id}`);
    return open.app.inject({ method: 'POST', url: `/v1/registry/models/${id}/restore` });
  },
  TRAINING_SET_FULL: async () => {
    const small = await openTestApp({ TRAINING_IMAGES_MAX: '1' }, open);
    const { sha256 } = await small.registry.blobs.put(Buffer.from('picture'), 'image/png');
    const images = await Promise.all(
      ['a', 'b'].map(async (name) => ({
        asset: await small.registry.assets.add({
          project: 'proj_local',
          sha256,
          kind: 'image',
          name,
          width: 8,
          height: 8,
          source: 'uploaded',
          author: null,
        }),
      })),
    );
    const url = `/v1/registry/models/${await makeModel()}/training-set/images`;
    const answer = await small.app.inject({ method: 'POST', url, payload: { images } });
    await small.close();
    return answer;
  },
  CAPTIONS_UNAVAILABLE: async () => {
    const closed = await openTestApp({ CAPTION_URL: 'http://127.0.0.1:9/v1' }, open);
    const image = sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } });
    const dataset = `data:image/png;base64,${(await image.png().toBuffer()).toString('base64')}`;
    const payload = { base: 'demo', dataset, captions: { mode: 'endpoint' } };
    const answer = await closed.app.inject({ method: 'POST', url: '/v1/trainings', payload });
    await closed.close();
    return answer;
  },
  IMPORT_INVALID: () =>
    open.app.inject({ method: 'POST', url: '/v1/registry/import', payload: { path: '/nowhere' } }),
  NOT_FOUND: () => get('/v2/inference'),
  METHOD_NOT_ALLOWED: () => get('/v1/inference'),
  UNSUPPORTED_MEDIA_TYPE: () => send(open, Buffer.from('x'), { 'content-type': 'text/plain' }),
  UNAUTHORIZED: () => send(narrow, plainBody),
  FORBIDDEN: () => get('/v1/models', { headers: { host: 'evil.test' } }),
  PAYLOAD_TOO_LARGE: () => send(open, { ...plainBody, padding: 'x'.repeat(1024 * 1024) }),
  RANGE_NOT_SATISFIABLE: () => outputOf('bytes=99-'),
  IDEMPOTENCY_CONFLICT: async () => {
    const headers = { 'idempotency-key': 'one' };
    await send(open, plainBody, headers);
    return send(open, { ...plainBody, trigger_word: 'x' }, headers);
  },
  RATE_LIMITED: async () => {
    const limited = await openTestApp({ RATE_LIMIT_PER_MINUTE: '1' }, open);
    await limited.app.inject('/v1/models');
    const answer = await limited.app.inject('/v1/models');
    await limited.close();
    return answer;
  },
  QUEUE_FULL: async () => {
    await send(narrow, plainBody, key);
    return send(narrow, plainBody, key);
  },
  ENGINE_UNAVAILABLE: async () => {
    const ready = open.engine.current;
    open.engine.current = { ...ready, state: 'unavailable', reason: 'no Python' };
    const answer = await send(open, plainBody);
    open.engine.current = ready;
    return answer;
  },
  MODEL_FILES_MISSING: 'ends a job',
  MODEL_LOAD_FAILED: 'ends a job',
  TRAINING_DIVERGED: 'ends a job',
  TRAINING_FAILED: 'ends a job',
  MODEL_TOO_LARGE: 'ends a job',
  OUT_OF_MEMORY: 'ends a job',
  RENDER_FAILED: 'ends a job',
  CONTENT_FLAGGED: 'ends a job',
  DATASET_INVALID: 'ends a job',
  TRAINING_UNSUPPORTED: 'ends a job',
  TRAINING_NOT_FOUND: 'ends a job',
  ENGINE_CRASHED: 'ends a job',
  TIMEOUT: 'ends a job',
  STORAGE_FULL: 'ends a job',
  STORAGE_UNAVAILABLE: 'ends a job',
  DATABASE_UNAVAILABLE: async () => {
    const app = await openTestApp();
    await app.database.close();
    return app.app.inject('/v1/requests/any/status');
  },
  SHUTTING_DOWN: askWhileClosing,
  INTERNAL: async () => {
    const id = await submitPlain(open);
    await open.database.queries.execute(sql`update jobs set task = '{}' where id = ${id}`);
    return get(`/v1/requests/${id}/result`);
  },
};

/** A request whose last line arrives when the server has begun to close. */
async function askWhileClosing(): ReturnType<Case> {
  const closing = await openTestApp({}, open);
  const { port } = new URL(await closing.app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('GET /v1/models HTTP/1.1\r\nHost: localhost\r\n');
  const [peer] = await once(closing.app.server, 'connection');
  while (peer.bytesRead === 0) await sleep(5);
  const closed = closing.close();
  while (closing.app.server.listening) await sleep(5);
  socket.write('\r\n');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  await closed;
  const [head = '', body = ''] = String(answer).split('\r\n\r\n');
  const retryAfter = /^retry-after: (.*)$/im.exec(head)?.[1];
  return {
    statusCode: Number(head.split(' ')[1]),
    headers: { 'retry-after': retryAfter },
    body,
    json: () => JSON.parse(body),
  };
}

describe.each(Object.keys(cases).filter(isErrorCode))('%s', (code) => {
  test('is answered or told as the table of codes says', async () => {
    const provoke = cases[code];
    if (provoke === 'ends a job') {
      const id = await submitPlain(open, { priority: 100 });
      await claimNext(open);
      await open.jobs.work.fail(id, { code, message: 'It went wrong.' });
      const status = (await get(`/v1/requests/${id}/status`)).json();
      expect(status).toMatchObject({ status: 'failed', error: 'It went wrong.', error_code: code });
      return;
    }
    const answer = await provoke();
    const body = answer.json();
    expect([answer.statusCode, body.error?.code], answer.body).toEqual([errorCodes[code].status, code]);
    expect(body.error.message.length).toBeGreaterThan(20);
    expect(body.detail).toEqual({ ...body.error, error: body.error });
    if (errorCodes[code].retryable) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});
