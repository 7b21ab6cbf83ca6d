import { open } from 'node:fs/promises';
import type { TensorFacts } from '../header/parse-header.ts';

const readers: Record<string, { bytes: number; read: (bytes: Buffer) => number }> = {
  F64: { bytes: 8, read: (bytes) => bytes.readDoubleLE() },
  F32: { bytes: 4, read: (bytes) => bytes.readFloatLE() },
  BF16: { bytes: 2, read: (bytes) => Buffer.concat([Buffer.alloc(2), bytes]).readFloatLE() },
  F16: { bytes: 2, read: readHalf },
};

/** The different values of the alphas of a file on this machine, smallest first: a few bytes of each are read. */
export async function readAlphas(file: string, tensors: readonly TensorFacts[]): Promise<number[]> {
  const handle = await open(file, 'r');
  try {
    const values = new Set<number>();
    for (const { name, dtype, shape, begin } of tensors) {
      const reader = readers[dtype];
      const isOne = shape.every((side) => side === 1);
      if (!name.endsWith('.alpha') || reader === undefined || !isOne) continue;
      const bytes = Buffer.alloc(reader.bytes);
      await handle.read(bytes, 0, bytes.length, begin);
      values.add(reader.read(bytes));
    }
    return [...values].sort((a, b) => a - b);
  } finally {
    await handle.close();
  }
}

/** IEEE 754 binary16: one sign bit, five of exponent, ten of fraction. */
function readHalf(bytes: Buffer): number {
  const bits = bytes.readUInt16LE();
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 0) return sign * 2 ** -14 * fraction;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction);
}
