import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { peftPair, safetensorsBytes } from '../header/safetensors.fixture.ts';
import { createValuesReader } from './check-values.ts';
import { readValues } from './lora-values.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-values-'));
afterAll(() => rm(folder, { recursive: true }));
const file = path.join(folder, 'x.safetensors');

const shapes = peftPair('transformer.x', 8, 6);
const last = 'transformer.x.lora_B.weight';

/** A file whose last value has these bytes, the lowest first. */
async function withLast(dtype: string, hex: string, names = shapes): Promise<string> {
  const value = Buffer.from(hex, 'hex');
  const content = safetensorsBytes(names, {}, { dtype, bytes: value.length });
  value.copy(content, content.length - value.length);
  await writeFile(file, content);
  return file;
}

describe('readValues', () => {
  it.each([
    ['F64', '000000000000f87f', 'NaN'],
    ['F64', '000000000000f0ff', 'infinity'],
    ['F32', '0000c07f', 'NaN'],
    ['F32', '000080ff', 'infinity'],
    ['F16', '007e', 'NaN'],
    ['F16', '007c', 'infinity'],
    ['BF16', 'c0ff', 'NaN'],
    ['BF16', '80ff', 'infinity'],
    ['F8_E4M3', '7f', 'NaN'],
    ['F8_E4M3', 'ff', 'NaN'],
    ['F8_E5M2', '7e', 'NaN'],
    ['F8_E5M2', 'fc', 'infinity'],
  ])('finds %s %s, which is %s', async (dtype, hex, value) => {
    expect((await readValues(await withLast(dtype, hex), 'x')).bad).toEqual({ tensor: last, value });
  });

  it.each([
    ['F64', 'ffffffffffffef7f'],
    ['F32', 'ffff7fff'],
    ['F16', 'ff7b'],
    ['BF16', '7f7f'],
    ['F8_E4M3', '7e'],
    ['F8_E5M2', 'fb'],
    ['I16', 'ffff'],
  ])('takes the largest %s', async (dtype, hex) => {
    expect((await readValues(await withLast(dtype, hex), 'x')).bad).toBeNull();
  });

  it('hashes the file, and passes over tensors that mean nothing', async () => {
    const { sha256, bad } = await readValues(
      await withLast('F32', '0000c07f', { ...shapes, emb_params: [3] }),
      'x',
    );
    expect(bad).toBeNull();
    expect(sha256).toBe(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
  });

  it('names the alpha that is none', async () => {
    const names = { ...shapes, 'transformer.x.alpha': [] };
    expect((await readValues(await withLast('F32', '0000c07f', names), 'x')).bad?.tensor).toBe(
      'transformer.x.alpha',
    );
  });
});

describe('createValuesReader', () => {
  const large = { 'transformer.x.lora_A.weight': [4, 1_000_001], [last]: [6, 4] };

  it('reads a file of several chunks in a thread, with the same result', async () => {
    const read = createValuesReader();
    const name = await withLast('F32', '000080ff', large);
    const inThread = await read(name, 'x');
    expect(inThread).toEqual(await readValues(name, 'x'));
    expect(inThread.bad).toEqual({ tensor: last, value: 'infinity' });
  });

  it('tells what is wrong with a large file as with a small one', async () => {
    await writeFile(file, Buffer.alloc(9 * 2 ** 20));
    await expect(createValuesReader()(file, 'mine')).rejects.toMatchObject({
      code: 'LORA_INVALID',
      message: expect.stringMatching(/"mine"/),
    });
  });

  it('reads again only what has changed', async () => {
    const read = createValuesReader();
    const before = read(await withLast('F32', '0000803f'), 'x');
    expect(await read(file, 'x')).toBe(await before);
    expect((await read(await withLast('F32', '0000c07f'), 'x')).bad).not.toBeNull();
  });
});
