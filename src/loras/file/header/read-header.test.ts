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

const zeros = (...stretches: [string, number, number][]): string =>
  `{${stretches.map(([name, begin, end]) => `"${name}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`).join(',')}}`;

const manyTensors = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `"${index}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
  ).join(',');

type Hostile = [string, Uint8Array | string, RegExp];

const withData = (json: string, bytes: number): Buffer =>
  Buffer.concat([withJson(json), Buffer.alloc(bytes)]);

/** Tensors whose stretches of the data are no partition of it. */
const badLayouts: Hostile[] = [
  ['overlapping', withData(zeros(['a', 0, 6], ['b', 4, 8]), 8), /"a" and "b" overlap/],
  ['the same bytes twice', withData(zeros(['a', 0, 8], ['b', 0, 8]), 8), /"a" and "b" overlap/],
  ['a gap', withData(zeros(['a', 0, 2], ['b', 4, 8]), 8), /2 bytes before tensor "b" belong to no tensor/],
  ['a gap at the start', withData(zeros(['a', 4, 8]), 8), /4 bytes before tensor "a"/],
  ['trailing bytes', withData(zeros(['a', 0, 8]), 10), /2 bytes follow its last tensor/],
  ['backwards', withData('{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}', 8), /-4 bytes where/],
  ['half a byte', withData('{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}', 1), /needs 1.5/],
];

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

  it('takes entries in any order, and metadata that is not text as text', async () => {
    const json = `{"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
      "__metadata__":{"ss_steps":1000,"on":true,"nothing":null,"software":{"name":"x","list":["]}"]},"text":"\\"{["}}`;
    const file = await fileOf('loose.safetensors', Buffer.concat([withJson(json), Buffer.alloc(8)]));
    const { metadata, tensors } = await readHeader(file, 'loose');
    expect(tensors.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(metadata).toEqual({
      ss_steps: '1000',
      on: 'true',
      text: '"{[',
      software: '{"name":"x","list":["]}"]}',
    });
  });

  it('takes twice as many tensors as the largest LoRAs have, at once', async () => {
    const file = await fileOf('large.safetensors', withJson(`{${manyTensors(24_999)}}`));
    const started = performance.now();
    expect((await readHeader(file, 'large')).tensors).toHaveLength(24_999);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  const hostile: Hostile[] = [
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
    ...badLayouts,
    ['too deep', withJson(`{"a":${'['.repeat(20)}${']'.repeat(20)}}`), /nested too deep/],
    ['a header of 17 MiB', withLength(17n << 20n, `{"a":"${' '.repeat(17 << 20)}"}`), /of 17 MiB/],
    ['50000 tensors', withJson(`{${manyTensors(50_000)}}`), /lists 50000 tensors/],
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
