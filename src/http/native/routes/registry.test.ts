import { randomBytes } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { InjectOptions } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nothingInMemory } from '../../../../tests/support/sample-job.ts';
import { importTaskSchema } from '../../../registry/import/import-task.ts';
import { runImport } from '../../../registry/import/run-import.ts';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';

const neon = path.resolve('checkpoints/demo/loras/neon-glow.safetensors');
let open: TestApp;
beforeAll(async () => {
  open = await openTestApp();
});
afterAll(() => open.close());

const send = async (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT',
  url: string,
  more: InjectOptions = {},
) => open.app.inject({ method, url, ...more });
const json = async (...asked: Parameters<typeof send>) => {
  const answer = await send(...asked);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};
const code = async (...asked: Parameters<typeof send>): Promise<[number, string]> => {
  const answer = await send(...asked);
  return [answer.statusCode, answer.json().error?.code];
};

/** An import as a worker does it. */
async function importNow(payload: object): Promise<{ model: string; import_id: string }> {
  const accepted = await json('POST', '/v1/registry/import', { payload });
  await open.jobs.work.claim({ kinds: ['import'], inMemory: nothingInMemory, most: 1 });
  const job = await open.jobs.get(accepted.import_id);
  const run = {
    signal: AbortSignal.timeout(60_000),
    scratch: open.config.scratchFolder,
    hfToken: null,
    warn: () => {},
    onProgress: () => {},
  };
  const result = await runImport(importTaskSchema.parse(job?.task), run, open.imports);
  await open.jobs.work.finish(accepted.import_id, { result, warnings: [] });
  return accepted;
}

describe('models', () => {
  test('are made, read, listed, changed, deleted and restored', async () => {
    const made = await json('POST', '/v1/registry/models', {
      payload: { name: 'My style', base: 'demo', tags: ['a'] },
    });
    expect(made).toMatchObject({ full_name: 'local/my-style', status: 'new', tags: ['a'], is_base: false });
    const changed = await json('PATCH', `/v1/registry/models/${made.id}`, {
      payload: { name: 'Other', tags: ['b', 'c'], trigger_word: 'tok', privacy: 'unlisted' },
    });
    expect(changed).toMatchObject({
      name: 'Other',
      tags: ['b', 'c'],
      trigger_word: 'tok',
      privacy: 'unlisted',
    });
    expect((await json('GET', '/v1/registry/models?tag=b')).models).toEqual([changed]);
    expect((await json('GET', '/v1/registry/models?search=OTHER&limit=1')).next_cursor).toBeNull();
    expect((await json('GET', '/v1/registry/models?privacy=base')).models.length).toBeGreaterThan(30);
    expect(await json('DELETE', `/v1/registry/models/${made.id}`)).toEqual({ id: made.id });
    expect((await json('GET', '/v1/registry/models?status=deleted')).models[0].deleted_at).toMatch(/^20/);
    expect((await json('POST', `/v1/registry/models/${made.id}/restore`)).tags).toEqual([]);
  });

  test.each<[string, Parameters<typeof send>, [number, string]]>([
    ['one that there is not', ['GET', '/v1/registry/models/model_x'], [404, 'TRAINED_MODEL_NOT_FOUND']],
    ['a NUL in an id', ['GET', '/v1/registry/models/model_%00'], [404, 'TRAINED_MODEL_NOT_FOUND']],
    [
      'tags for a NUL in an id',
      ['PATCH', '/v1/registry/assets/%00', { payload: { tags: [] } }],
      [404, 'ASSET_NOT_FOUND'],
    ],
    ['no name', ['POST', '/v1/registry/models', { payload: {} }], [422, 'INVALID_REQUEST']],
    [
      'an unknown field',
      ['POST', '/v1/registry/models', { payload: { name: 'x', bse: 'demo' } }],
      [422, 'INVALID_REQUEST'],
    ],
    [
      'an unknown base',
      ['POST', '/v1/registry/models', { payload: { name: 'x', base: 'dmeo' } }],
      [422, 'INVALID_REQUEST'],
    ],
    [
      'a bad slug',
      ['POST', '/v1/registry/models', { payload: { name: 'x', slug: '../x' } }],
      [422, 'INVALID_REQUEST'],
    ],
    [
      'too strong a concept',
      ['POST', '/v1/registry/models', { payload: { name: 'x', concepts: [{ model: 'model_x', scale: 3 }] } }],
      [422, 'INVALID_REQUEST'],
    ],
    [
      'a change of a base model',
      ['PATCH', '/v1/registry/models/model_demo', { payload: { name: 'x' } }],
      [403, 'FORBIDDEN'],
    ],
    [
      'a download of a base model',
      ['GET', '/v1/registry/models/model_demo/download'],
      [409, 'REGISTRY_CONFLICT'],
    ],
    ['a foreign cursor', ['GET', '/v1/registry/models?cursor=x'], [422, 'INVALID_REQUEST']],
    ['an asset that there is not', ['GET', '/v1/registry/assets/asset_x/content'], [404, 'ASSET_NOT_FOUND']],
    ['an import of nothing', ['POST', '/v1/registry/import', { payload: {} }], [422, 'INVALID_REQUEST']],
    [
      'an import of two things',
      ['POST', '/v1/registry/import', { payload: { path: 'a', url: 'b' } }],
      [422, 'INVALID_REQUEST'],
    ],
    [
      'an import of no path',
      ['POST', '/v1/registry/import', { payload: { path: '/nowhere' } }],
      [422, 'IMPORT_INVALID'],
    ],
    [
      'an import of no LoRA',
      ['POST', '/v1/registry/import', { payload: { path: path.resolve('package.json') } }],
      [422, 'IMPORT_INVALID'],
    ],
    [
      'an import of no URL',
      ['POST', '/v1/registry/import', { payload: { url: 'ftp://x' } }],
      [422, 'IMPORT_INVALID'],
    ],
    [
      'an import of a page without a version',
      ['POST', '/v1/registry/import', { payload: { url: 'https://civitai.com/models/5/x' } }],
      [422, 'IMPORT_INVALID'],
    ],
    [
      'an import of no upload',
      ['POST', '/v1/registry/import', { payload: { upload: 'upload_x' } }],
      [404, 'UPLOAD_NOT_FOUND'],
    ],
    ['a status of no import', ['GET', '/v1/registry/import/01X'], [404, 'REQUEST_NOT_FOUND']],
    [
      'a part of no upload',
      ['PUT', '/v1/uploads/upload_x/parts/1', { payload: Buffer.from('x') }],
      [404, 'UPLOAD_NOT_FOUND'],
    ],
  ])('%s is refused', async (_name, asked, expected) => {
    expect(await code(...asked)).toEqual(expected);
  });
});

describe('an import', () => {
  test('ends in a model whose epochs can be downloaded and rendered with', async () => {
    const accepted = await importNow({ path: neon, name: 'Neon glow' });
    expect(await json('GET', `/v1/registry/import/${accepted.import_id}`)).toMatchObject({
      status: 'succeeded',
      model: accepted.model,
      is_finished: true,
      error: null,
    });
    const model = await json('GET', `/v1/registry/models/${accepted.model}`);
    const [epoch] = model.versions[0].epochs;
    expect(epoch.lora_path).toBe(`${model.id}@${epoch.step}`);
    const bytes = await readFile(neon);
    const whole = await send('GET', new URL(epoch.files[0].url).pathname);
    expect(whole.rawPayload.equals(bytes)).toBe(true);
    const part = await send('GET', new URL(epoch.files[0].url).pathname, {
      headers: { range: 'bytes=8-15' },
    });
    expect([part.statusCode, part.rawPayload.equals(bytes.subarray(8, 16))]).toEqual([206, true]);
    const zip = await send('GET', `/v1/registry/models/${model.id}/download`);
    expect(zip.headers['content-type']).toBe('application/zip');
    for (const name of ['neon-glow.safetensors', 'metadata.json', 'config.yaml'])
      expect(zip.rawPayload.includes(name), name).toBe(true);
    const loras = [{ path: epoch.lora_path }];
    const rendered = await json('POST', '/v1/inference', {
      payload: { ...plainBody, base_only: false, loras },
    });
    const job = await open.jobs.get(rendered.request_id);
    expect(job?.loras).toEqual([{ path: epoch.lora_path, sha256: epoch.files[0].sha256, scale: 1 }]);
    await open.jobs.cancel(rendered.request_id);
    expect(
      await code('POST', '/v1/inference', {
        payload: { ...plainBody, base_only: false, loras: [{ path: `${model.id}@7` }] },
      }),
    ).toEqual([400, 'LORA_NOT_FOUND']);
    const copy = await json('POST', `/v1/registry/models/${model.id}/copy`);
    expect(copy).toMatchObject({ name: 'Neon glow copy', status: 'trained', parent: model.id });
  });

  test('of an upload takes its parts in any order', async () => {
    const bytes = await readFile(neon);
    const upload = await json('POST', '/v1/uploads', {
      payload: { name: 'sent.safetensors', bytes: bytes.length },
    });
    const half = bytes.length >> 1;
    const put = (number: number, payload: Buffer) =>
      send('PUT', `/v1/uploads/${upload.id}/parts/${number}`, {
        payload,
        headers: { 'content-type': 'application/octet-stream' },
      });
    expect((await put(2, bytes.subarray(half))).statusCode).toBe(200);
    expect(await code('POST', `/v1/uploads/${upload.id}/complete`)).toEqual([422, 'INVALID_REQUEST']);
    expect(await code('POST', '/v1/registry/import', { payload: { upload: upload.id } })).toEqual([
      409,
      'REGISTRY_CONFLICT',
    ]);
    expect((await put(1, randomBytes(100))).statusCode).toBe(200);
    expect(await code('POST', `/v1/uploads/${upload.id}/complete`)).toEqual([422, 'INVALID_REQUEST']);
    expect((await put(1, bytes.subarray(0, half))).statusCode).toBe(200);
    expect(await json('POST', `/v1/uploads/${upload.id}/complete`)).toMatchObject({
      state: 'done',
      bytes: bytes.length,
    });
    expect((await put(1, randomBytes(100))).statusCode).toBe(409);
    const { model } = await importNow({ upload: upload.id, base: 'demo', privacy: 'public' });
    expect(await json('GET', `/v1/registry/models/${model}`)).toMatchObject({
      name: 'sent',
      privacy: 'public',
    });
  });
});

test('assets are listed, changed and deleted, and their files read', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const { sha256 } = await open.registry.blobs.put(png, 'image/png');
  const id = await open.registry.assets.add({
    project: 'proj_local',
    sha256,
    kind: 'image',
    name: 'red',
    width: 8,
    height: 8,
    source: 'uploaded',
    author: null,
  });
  const change = { description: 'a red square', tags: ['x'] };
  expect(await json('PATCH', `/v1/registry/assets/${id}`, { payload: change })).toMatchObject(change);
  const { assets } = await json('GET', '/v1/registry/assets?tag=x');
  expect(assets).toMatchObject([{ id, bytes: png.length, content_type: 'image/png' }]);
  expect((await send('GET', new URL(assets[0].url).pathname)).rawPayload.equals(png)).toBe(true);
  const { id: model } = await json('POST', '/v1/registry/models', { payload: { name: 'Set', base: 'demo' } });
  const path = `/v1/registry/models/${model}/training-set`;
  const images = [{ asset: id, caption: 'all red' }];
  expect(await json('POST', `${path}/images`, { payload: { images } })).toEqual({
    images: [{ asset: id, name: 'red', caption: 'all red' }],
    pairs: [],
  });
  expect(await code('POST', `${path}/images`, { payload: { images } })).toEqual([409, 'REGISTRY_CONFLICT']);
  const pairs = [{ source: id, target: id, instruction: 'keep it' }];
  expect(await json('PUT', `${path}/pairs`, { payload: { pairs } })).toMatchObject({ pairs });
  const strange = [{ source: 'asset_x', target: id }];
  expect(await code('PUT', `${path}/pairs`, { payload: { pairs: strange } })).toEqual([
    422,
    'INVALID_REQUEST',
  ]);
  expect(await code('DELETE', `${path}/images/asset_x`)).toEqual([404, 'ASSET_NOT_FOUND']);
  expect(await json('DELETE', `${path}/images/${id}`)).toEqual({ images: [], pairs: [] });
  expect(await json('GET', path)).toEqual({ images: [], pairs: [] });
  await json('DELETE', `/v1/registry/assets/${id}`);
  expect(await code('GET', `/v1/registry/assets/${id}`)).toEqual([404, 'ASSET_NOT_FOUND']);
});

test('keys see what their project has; a path of the server takes an admin', async () => {
  const closed = await openTestApp({ API_KEYS: 'boss' }, open);
  try {
    const boss = { authorization: 'Bearer boss' };
    const { key } = await closed.keys.create({ name: 'writer', scope: 'write' });
    const { key: reader } = await closed.keys.create({ name: 'reader', scope: 'read' });
    const as = (token: string) => ({ authorization: `Bearer ${token}` });
    const ask = (url: string, options: InjectOptions) => closed.app.inject({ url, ...options });
    expect((await ask('/v1/registry/models', {})).statusCode).toBe(401);
    const make = { method: 'POST', payload: { name: 'keyed' } } as const;
    expect((await ask('/v1/registry/models', { ...make, headers: as(reader) })).statusCode).toBe(403);
    expect((await ask('/v1/registry/models', { ...make, headers: as(key) })).statusCode).toBe(200);
    const take = { method: 'POST', payload: { path: neon } } as const;
    expect((await ask('/v1/registry/import', { ...take, headers: as(key) })).statusCode).toBe(403);
    expect((await ask('/v1/registry/import', { ...take, headers: boss })).statusCode).toBe(200);
    const { key: other } = await closed.keys.create({ name: 'other', scope: 'write', project: 'other' });
    const elsewhere = await ask('/v1/registry/models', { ...make, headers: as(other) });
    expect(elsewhere.json().full_name).toBe('other/keyed');
    const foreign = `/v1/registry/models/${elsewhere.json().id}`;
    expect((await ask(foreign, { headers: as(key) })).statusCode).toBe(404);
    expect((await ask(foreign, { headers: boss })).statusCode).toBe(200);
    const publish = { method: 'PATCH', payload: { privacy: 'public' } } as const;
    expect((await ask(foreign, { ...publish, headers: as(key) })).statusCode).toBe(404);
    expect((await ask(foreign, { ...publish, headers: as(other) })).statusCode).toBe(200);
    expect((await ask(foreign, { ...publish, headers: as(key) })).statusCode).toBe(403);
    const shared = (await ask('/v1/registry/models?privacy=public', { headers: as(key) })).json();
    expect(shared.models).toContainEqual(expect.objectContaining({ full_name: 'other/keyed' }));
    await copyFile(neon, path.join(closed.config.lorasFolder, 'own.safetensors'));
    const own = { method: 'POST', payload: { path: 'own.safetensors' } } as const;
    expect((await ask('/v1/registry/import', { ...own, headers: as(key) })).statusCode).toBe(200);
  } finally {
    await closed.close();
  }
});
