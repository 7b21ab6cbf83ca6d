import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHeader } from './read-header.ts';
import { peftPair, writeSafetensors } from './safetensors.fixture.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-header-'));
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);

async function fileOf(name: string, content: Uint8Array | string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

function withLength(length: bigint, json: string): Buffer {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length);
  return Buffer.concat([start, Buffer.from(json)]);
}

const withJson = (json: string): Buffer => withLength(BigInt(Buffer.byteLength(json)), json);

describe('readHeader', () => {
  it('reads names, types, shapes and metadata', async () => {
    const file = await writeSafetensors(at('good.safetensors'), peftPair('transformer.x', 8, 6), {
      name: 'good',
    });
    const header = await readHeader(file, 'good');
    expect(header.metadata).toEqual({ name: 'good' });
    expect(header.tensors).toEqual([
      { name: 'transformer.x.lora_A.weight', dtype: 'F32', shape: [4, 8], begin: header.fileBytes - 56 * 4 },
      { name: 'transformer.x.lora_B.weight', dtype: 'F32', shape: [6, 4], begin: header.fileBytes - 24 * 4 },
    ]);
  });

  it('notices a file that was cut', async () => {
    const file = await writeSafetensors(at('cut.safetensors'), peftPair('transformer.x', 8, 6));
    await truncate(file, (await readFile(file)).length - 1);
    await expect(readHeader(file, 'cut')).rejects.toThrow(/"cut".*truncated/);
  });

  const hostile: [string, Uint8Array | string, RegExp][] = [
    ['empty', '', /only 0 bytes/],
    ['zip', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(100)]), /ZIP/],
    ['pickle', Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(100)]), /pickle/],
    ['page', '<!DOCTYPE html><html><body>Log in</body></html>', /web page/],
    ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', /LFS pointer/],
    ['header of 2^63', withLength(2n ** 63n, '{"a": 1}'), /claims 9223372036854775808 bytes/],
    ['header past the end', withLength(1000n, '{"a": 1}'), /claims 1000 bytes/],
    ['not JSON', withJson('{"a": '.padEnd(20)), /not JSON/],
    ['tensor without shape', withJson('{"a": {"dtype": "F32"}}'), /no dtype, shape/],
    ['tensor past the end', withJson('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'), /truncated/],
    [
      'shape that overflows',
      withJson('{"a":{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,0]}}'),
      /0 bytes where/,
    ],
    [
      'negative shape',
      withJson('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}'),
      /no dtype, shape/,
    ],
    ['unknown type', withJson('{"a":{"dtype":"Q4","shape":[0],"data_offsets":[0,0]}}'), /unknown type Q4/],
  ];
  it.each(hostile)('refuses: %s', async (name, content, message) => {
    const file = await fileOf(`${name}.safetensors`, content);
    await expect(readHeader(file, name)).rejects.toMatchObject({
      code: 'LORA_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
