/**
 * The one pass over the bytes of a LoRA file: its SHA-256, and whether each value is a number. A NaN or an infinity, which a
 * diverged training leaves, makes every picture black, and no header shows it.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { invalidLora, type TensorFacts } from '../header/parse-header.ts';
import { readHeader } from '../header/read-header.ts';
import { loraModules } from '../lora-modules.ts';

export interface LoraValues {
  sha256: string;
  /** The first value that is none, in the order of the file; null: all are numbers. */
  bad: BadValue | null;
}

export interface BadValue {
  tensor: string;
  value: 'NaN' | 'infinity';
}

/** A multiple of the width of every type. */
const chunkBytes = 2 ** 20;

/** Reads the whole file, a chunk at a time. Throws LORA_INVALID when it is not whole safetensors. */
export async function readValues(file: string, label: string): Promise<LoraValues> {
  const { tensors } = await readHeader(file, label);
  const foreign = new Set(loraModules(tensors).foreign);
  const inOrder = tensors.toSorted((a, b) => a.begin - b.begin);
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    let bad: BadValue | null = null;
    let at = 0;
    const memory = new ArrayBuffer(chunkBytes);
    const buffer = Buffer.from(memory);
    for (const [index, tensor] of [null, ...inOrder].entries()) {
      const end = inOrder[index]?.begin ?? size;
      const isChecked = tensor !== null && !foreign.has(tensor.name);
      for (let bytes = 0; at < end; at += bytes) {
        bytes = Math.min(chunkBytes, end - at);
        await fill(handle, buffer, bytes, at, label);
        hash.update(buffer.subarray(0, bytes));
        if (isChecked && bad === null) bad = findBad(tensor, memory, bytes);
      }
    }
    return { sha256: hash.digest('hex'), bad };
  } finally {
    await handle.close();
  }
}

async function fill(
  handle: FileHandle,
  buffer: Buffer,
  bytes: number,
  from: number,
  label: string,
): Promise<void> {
  for (let have = 0; have < bytes; ) {
    const { bytesRead } = await handle.read(buffer, have, bytes - have, from + have);
    if (bytesRead === 0) throw invalidLora(label, 'it became shorter while it was read; send it again');
    have += bytesRead;
  }
}

/**
 * What marks a value that is no number, by type: all bits of the exponent are set. An infinity has no others below them,
 * which float8 e4m3 does not know: there all bits together are NaN.
 */
const marks: Readonly<Record<string, { width: 1 | 2 | 4; exponent: number; fraction: number }>> = {
  F32: { width: 4, exponent: 0x7f800000, fraction: 0x007fffff },
  F16: { width: 2, exponent: 0x7c00, fraction: 0x03ff },
  BF16: { width: 2, exponent: 0x7f80, fraction: 0x007f },
  F8_E5M2: { width: 1, exponent: 0x7c, fraction: 0x03 },
  F8_E4M3: { width: 1, exponent: 0x7f, fraction: 0x7f },
};

function findBad({ name, dtype }: TensorFacts, memory: ArrayBuffer, bytes: number): BadValue | null {
  if (dtype === 'F64') return findBadDouble(name, new Float64Array(memory, 0, bytes / 8));
  const mark = marks[dtype];
  if (mark === undefined) return null;
  const { width, exponent, fraction } = mark;
  const views = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array };
  const values = new views[width](memory, 0, bytes / width);
  // Counted and not `for … of`: this runs over gigabytes.
  for (let index = 0; index < values.length; index += 1) {
    const bits = values[index] ?? 0;
    if ((bits & exponent) === exponent)
      return { tensor: name, value: (bits & fraction) === 0 ? 'infinity' : 'NaN' };
  }
  return null;
}

function findBadDouble(tensor: string, values: Float64Array): BadValue | null {
  const bad = values.find((value) => !Number.isFinite(value));
  return bad === undefined ? null : { tensor, value: Number.isNaN(bad) ? 'NaN' : 'infinity' };
}

/** Throws LORA_INVALID that names the tensor. */
export function refuseBadValue({ bad }: LoraValues, label: string): void {
  if (bad !== null) throw invalidLora(label, whyBad(bad));
}

export const whyBad = ({ tensor, value }: BadValue): string =>
  `tensor "${tensor.slice(0, 120)}" holds ${value === 'NaN' ? 'NaN (not a number)' : 'an infinite value'}, which makes every picture black; the training diverged or the file is damaged, so use an earlier save of it`;
