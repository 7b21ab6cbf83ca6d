/** The LoRA files of the server: what is listed, what a file says of itself, and what is taken. */
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashBytes } from '../../../loras/file/hash-file.ts';
import { kohyaPair, writeSafetensors } from '../../../loras/file/header/safetensors.fixture.ts';
import { openTestApp, type TestApp } from '../../app.fixture.ts';

const module = 'lora_unet_down_blocks_2_attentions_0_transformer_blocks_9_attn1_to_q';
let server: TestApp;
let writer: string;
let file: string;
beforeAll(async () => {
  server = await openTestApp();
  file = path.join(server.config.lorasFolder, 'deep', 'sdxl.safetensors');
  await mkdir(path.dirname(file));
  await writeSafetensors(file, kohyaPair(module, 1280, 1280));
  await writeFile(path.join(server.config.lorasFolder, 'page.safetensors'), '<!doctype html>');
  await writeFile(path.join(server.config.lorasFolder, '.hidden.safetensors'), 'x');
  await symlink('/etc/passwd', path.join(server.config.lorasFolder, 'out.safetensors'));
});
afterAll(() => server.close());

function upload(content: Buffer, name: string, key?: string) {
  const boundary = '----x';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
  return server.app.inject({
    method: 'POST',
    url: '/v1/loras',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    payload: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
}

test('every file is listed with what its header says, and a bad one with why', async () => {
  const { loras } = (await server.app.inject('/v1/loras')).json();
  expect(loras.map(({ path: shown }: { path: string }) => shown)).toEqual([
    'deep/sdxl.safetensors',
    'page.safetensors',
  ]);
  expect(loras[0]).toMatchObject({
    sha256: hashBytes(await readFile(file)),
    families: [{ id: 'sdxl' }],
    refused: null,
  });
  expect(loras[1]).toMatchObject({
    sha256: null,
    families: [],
    refused: expect.stringContaining('safetensors'),
  });
});

test('a file is read by its hash, and held against a model', async () => {
  const url = `/v1/loras/${hashBytes(await readFile(file))}`;
  expect((await server.app.inject(url)).json()).toMatchObject({
    path: 'deep/sdxl.safetensors',
    fit: null,
    modules: 1,
  });
  const fits = (await server.app.inject(`${url}?model=sdxl`)).json().fit;
  expect(fits).toMatchObject({ model: 'sdxl', fits: true, problem: null });
  expect((await server.app.inject(url)).json()).toMatchObject({ fitting_models: ['sdxl'], preview: null });
  const other = (await server.app.inject(`${url}?model=flux`)).json().fit;
  expect(other).toMatchObject({ fits: false, problem: expect.stringContaining('sdxl') });
  expect((await server.app.inject(`${url}?model=none`)).json().error.code).toBe('MODEL_NOT_FOUND');
  for (const unknown of ['0'.repeat(64), '..%2f..%2fetc', '%00'])
    expect((await server.app.inject(`/v1/loras/${unknown}`)).json().error.code).toBe('LORA_NOT_FOUND');
});

test('the list says which files fit a model', async () => {
  const fits = async (query: string) =>
    (await server.app.inject(`/v1/loras${query}`)).json().loras.map((lora: { fits: boolean }) => lora.fits);
  expect(await fits('')).toEqual([null, null]);
  expect(await fits('?model=sdxl')).toEqual([true, false]);
  expect(await fits('?model=flux')).toEqual([false, false]);
  expect((await server.app.inject('/v1/loras?model=none')).json().error.code).toBe('MODEL_NOT_FOUND');
});

test('what its training rendered previews with is told beside it', async () => {
  const config = path.join(path.dirname(file), 'config.yaml');
  await writeFile(config, 'config: {process: [{sample: {width: 640, sample_steps: 30, seed: 5}}]}');
  const url = `/v1/loras/${hashBytes(await readFile(file))}`;
  expect((await server.app.inject(url)).json().preview).toEqual({ width: 640, sample_steps: 30, seed: 5 });
  await rm(config);
});

test('an upload gets a name of its own, is not stored twice, and overwrites nothing', async () => {
  const other = path.join(server.config.DARKROOM_DATA, 'other.safetensors');
  await writeSafetensors(other, kohyaPair(module, 640, 640));
  const content = await readFile(other);
  const taken = await upload(content, '../../my "lo\0ra.safetensors');
  expect(taken.statusCode, taken.body).toBe(200);
  const shown: string = taken.json().path;
  expect(shown).toMatch(/^uploads\/[\w.-]+-[0-9a-f]{8}\.safetensors$/);
  expect((await readFile(path.join(server.config.lorasFolder, shown))).equals(content)).toBe(true);
  expect((await upload(content, 'again.safetensors')).json().path).toBe(shown);
  expect((await upload(await readFile(file), 'known.safetensors')).json().path).toBe('deep/sdxl.safetensors');
  expect(await readdir(path.join(server.config.lorasFolder, 'uploads'))).toHaveLength(1);
  await rm(path.join(server.config.lorasFolder, shown));
  expect((await server.app.inject('/v1/loras')).json().loras).toHaveLength(2);
});

test.each([
  ['what is no LoRA', Buffer.from('<!doctype html>'), 'LORA_INVALID'],
  ['a header that is cut', Buffer.from('\xff\0\0\0\0\0\0\0{', 'latin1'), 'LORA_INVALID'],
])('%s is refused, and nothing is left of it', async (_, content, code) => {
  expect((await upload(content, 'x.safetensors')).json().error.code).toBe(code);
  expect(await readdir(path.join(server.config.lorasFolder, 'uploads'))).toEqual([]);
});

test('without a form there is nothing to take', async () => {
  const answer = await server.app.inject({ method: 'POST', url: '/v1/loras', payload: { file: 'x' } });
  expect([answer.statusCode, answer.json().error.message]).toEqual([
    422,
    expect.stringContaining('multipart/form-data'),
  ]);
});

test('UPLOAD_SCOPE says who may upload', async () => {
  await server.keys.create({ name: 'owner', scope: 'admin' });
  writer = (await server.keys.create({ name: 'writer', scope: 'write' })).key;
  const content = await readFile(file);
  expect((await upload(content, 'x.safetensors', writer)).json().error.details).toMatchObject({
    needed: 'admin',
  });
  const wide = await openTestApp({ UPLOAD_SCOPE: 'write' }, server);
  const session = await wide.app.inject({
    url: '/v1/session',
    headers: { authorization: `Bearer ${writer}` },
  });
  expect(session.json().may_upload).toBe(true);
  await wide.close();
});
