/** LoRA files that must not reach the engine: each is refused before it is queued, by the right code, and quickly. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { call, type ErrorAnswer, refusal } from './harness/client.ts';
import { request } from './harness/requests.ts';
import { readSafetensors, withHeader, writeSafetensors } from './harness/safetensors-file.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

const refused = (lora: string, model = 'flux'): Promise<ErrorAnswer> =>
  refusal(server, request(model, { loras: [{ path: lora }] }));

/** Writes a file into the LoRA folder and says what a request with it is answered. */
async function refusedContent(name: string, content: Buffer): Promise<ErrorAnswer> {
  await writeFile(path.join(server.loras, name), content);
  return refused(name);
}

describe('a LoRA of another family', () => {
  test.each([
    ['sdxl/kohya.safetensors', 'flux', 'Stable Diffusion XL'],
    ['flux/ai_toolkit.safetensors', 'sdxl', 'FLUX'],
    ['flux/kohya.safetensors', 'sdxl', 'FLUX'],
  ])('%s for %s names the family it is for', async (lora, model, family) => {
    const error = await refused(lora, model);
    expect(error).toMatchObject({ code: 'LORA_INCOMPATIBLE', status: 400 });
    expect(error.message).toContain(family);
  });

  test('of the same family but other widths is refused too', async () => {
    const content = await readSafetensors(path.join(server.loras, 'flux/ai_toolkit.safetensors'));
    for (const [name, tensor] of content.tensors) {
      const [rows = 0, columns = 0] = tensor.shape;
      const shape = name.endsWith('lora_A.weight') ? [rows, columns * 2] : [rows * 2, columns];
      content.tensors.set(name, { ...tensor, shape, bytes: Buffer.concat([tensor.bytes, tensor.bytes]) });
    }
    await writeSafetensors(path.join(server.loras, 'wide.safetensors'), content);
    expect(await refused('wide.safetensors')).toMatchObject({ code: 'LORA_INCOMPATIBLE', status: 400 });
  });
});

describe('a file that is no LoRA', () => {
  const invalid = { code: 'LORA_INVALID', status: 400 };

  test('truncated', async () => {
    const good = await readFile(path.join(server.loras, 'flux/ai_toolkit.safetensors'));
    expect(await refusedContent('half.safetensors', good.subarray(0, good.length / 2))).toMatchObject(
      invalid,
    );
    expect(await refusedContent('inside_header.safetensors', good.subarray(0, 200))).toMatchObject(invalid);
    expect(await refusedContent('three_bytes.safetensors', good.subarray(0, 3))).toMatchObject(invalid);
    expect(await refusedContent('empty.safetensors', Buffer.of())).toMatchObject(invalid);
  });

  test('a zip, a pickle or a web page under the name of one', async () => {
    const zip = Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(Buffer.alloc(4096))]);
    expect(await refusedContent('archive.safetensors', zip)).toMatchObject(invalid);
    const page = Buffer.from('<!DOCTYPE html><html><body>Sign in to continue</body></html>');
    expect(await refusedContent('page.safetensors', page)).toMatchObject(invalid);
    const pickle = Buffer.from('\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x01s.', 'latin1');
    expect(await refusedContent('pickle.safetensors', pickle)).toMatchObject(invalid);
    await writeFile(path.join(server.loras, 'model.ckpt'), pickle);
    expect(await refused('model.ckpt')).toMatchObject(invalid);
  });

  test('a header that claims more than there is', async () => {
    for (const length of [2n ** 63n, 2n ** 64n - 1n, 1n << 40n, 100n]) {
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(length);
      expect(
        await refusedContent('claims.safetensors', Buffer.concat([size, Buffer.from('{}')])),
      ).toMatchObject(invalid);
    }
  });

  test('a header that is not one', async () => {
    const entry = (fields: object) =>
      withHeader(JSON.stringify({ 'transformer.x.lora_A.weight': fields }), [Buffer.alloc(16)]);
    const headers: [string, Buffer][] = [
      ['no JSON', withHeader('not json at all')],
      ['a list', withHeader('[]')],
      ['deep', withHeader(`${'['.repeat(50_000)}`)],
      ['no tensors', withHeader('{}')],
      ['offsets past the end', entry({ dtype: 'F16', shape: [2, 4], data_offsets: [0, 1 << 30] })],
      ['negative offsets', entry({ dtype: 'F16', shape: [2, 4], data_offsets: [-16, 0] })],
      ['shape and bytes differ', entry({ dtype: 'F16', shape: [200, 4], data_offsets: [0, 16] })],
      ['an unknown type', entry({ dtype: 'Q4_K', shape: [2, 4], data_offsets: [0, 16] })],
    ];
    for (const [title, content] of headers)
      expect(await refusedContent('header.safetensors', content), title).toMatchObject(invalid);
  });

  test('with values that are no numbers, found before anything is queued', async () => {
    const content = await readSafetensors(path.join(server.loras, 'flux/ai_toolkit.safetensors'));
    const [name = '', tensor] = [...content.tensors].at(-1) ?? [];
    if (tensor === undefined) throw new Error('an empty LoRA');
    const bytes = Buffer.from(tensor.bytes);
    bytes.fill(0xff, bytes.length - 4);
    content.tensors.set(name, { ...tensor, bytes });
    await writeSafetensors(path.join(server.loras, 'nan.safetensors'), content);
    for (let time = 0; time < 2; time += 1) {
      const error = await refused('nan.safetensors');
      expect(error).toMatchObject(invalid);
      expect(error.message).toContain(`tensor "${name}" holds NaN`);
    }
  });

  test('of another kind, or with data that is not what its header says', async () => {
    const bytes = Buffer.alloc(16);
    const one = (name: string, stretch: [number, number]) => ({
      [name]: { dtype: 'F32', shape: [2, 2], data_offsets: stretch },
    });
    const files: [object, Buffer[], RegExp][] = [
      [one('transformer.transformer_blocks.0.attn.to_q.oft_R.weight', [0, 16]), [bytes], /is an OFT adapter/],
      [
        { ...one('a.lora_A.weight', [0, 16]), ...one('a.lora_B.weight', [0, 16]) },
        [bytes],
        /"a.lora_A.weight" and "a.lora_B.weight" overlap/,
      ],
      [one('a.lora_A.weight', [0, 16]), [bytes, bytes], /16 bytes follow/],
    ];
    for (const [header, data, message] of files) {
      const error = await refusedContent('kind.safetensors', withHeader(JSON.stringify(header), data));
      expect(error).toMatchObject(invalid);
      expect(error.message).toMatch(message);
    }
  });

  test('a whole checkpoint', async () => {
    const { tensors } = await readSafetensors(path.join(server.loras, 'flux/ai_toolkit.safetensors'));
    const [, tensor] = [...tensors][0] ?? [];
    if (tensor === undefined) throw new Error('an empty LoRA');
    await writeSafetensors(path.join(server.loras, 'checkpoint.safetensors'), {
      tensors: new Map([['transformer_blocks.0.attn.to_q.weight', tensor]]),
      metadata: {},
    });
    const error = await refused('checkpoint.safetensors');
    expect(error).toMatchObject(invalid);
    expect(error.message).toMatch(/checkpoint/);
  });
});

describe('a path', () => {
  const missing = { code: 'LORA_NOT_FOUND', status: 400 };

  test('that leads out of the folder answers like one that is missing', async () => {
    const outside = path.join(server.data, 'outside');
    await mkdir(outside, { recursive: true });
    await writeFile(path.join(outside, 'secret.safetensors'), withHeader('{}'));
    await symlink(path.join(outside, 'secret.safetensors'), path.join(server.loras, 'link.safetensors'));
    await symlink(outside, path.join(server.loras, 'folder'));
    const paths = [
      'nowhere.safetensors',
      '../outside/secret.safetensors',
      'flux/../../outside/secret.safetensors',
      path.join(outside, 'secret.safetensors'),
      'link.safetensors',
      'folder/secret.safetensors',
      'flux/ai_toolkit.safetensors\0.png',
      '..\\outside\\secret.safetensors',
      'file:///etc/passwd.safetensors',
    ];
    for (const lora of paths) {
      const error = await refused(lora);
      // A NUL cannot be stored, so the request itself is not valid.
      if (lora.includes('\0')) expect(error, lora).toMatchObject({ code: 'INVALID_REQUEST', status: 422 });
      else expect(error, lora).toMatchObject(missing);
      expect(error.message).not.toContain(server.data === path.dirname(lora) ? '\n' : `${server.data}/loras`);
    }
  });

  test('to a loopback address is not fetched', async () => {
    for (const url of [
      'http://127.0.0.1:1/lora.safetensors',
      'http://localhost:1/lora.safetensors',
      'http://[::1]:1/lora.safetensors',
      'http://169.254.169.254/latest/meta-data/x.safetensors',
      `${server.url}/v1/models?x=.safetensors`,
    ]) {
      const error = await refused(url);
      expect(error, url).toMatchObject({ code: 'LORA_DOWNLOAD_FAILED', status: 400 });
      expect(error.message).toMatch(/public internet/);
    }
  });
});

describe('a request', () => {
  test('without a LoRA says how to render without one', async () => {
    const error = await refusal(server, { model: 'flux', prompts: [{ prompt: 'x' }] });
    expect(error).toMatchObject({ code: 'LORA_FILE_REQUIRED', status: 400 });
    expect(error.message).toContain('base_only');
  });

  test('with more LoRAs than are taken', async () => {
    const loras = Array.from({ length: 9 }, () => ({ path: 'flux/ai_toolkit.safetensors' }));
    expect(await refusal(server, request('flux', { loras }))).toMatchObject({ code: 'TOO_MANY_LORAS' });
  });

  test('with a side for a model that has none', async () => {
    const loras = [{ path: 'flux/ai_toolkit.safetensors', transformer: 'high' }];
    expect(await refusal(server, request('flux', { loras }))).toMatchObject({
      code: 'MOE_FORMAT_NOT_SUPPORTED',
    });
  });

  test('for a model that is misspelled is told the nearest', async () => {
    const error = await refused('flux/ai_toolkit.safetensors', 'flux_context');
    expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', status: 400 });
    expect(error.message).toContain('flux_kontext');
  });
});

test('what was refused is not in the list of requests', async () => {
  const newest = async () => (await call(server, 'GET', '/v1/requests?limit=1')).body;
  const before = await newest();
  await refused('nowhere.safetensors');
  await refused('flux/ai_toolkit.safetensors', 'sdxl');
  expect(await newest()).toEqual(before);
});
