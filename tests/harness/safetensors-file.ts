import { readFile, writeFile } from 'node:fs/promises';

export interface Tensor {
  dtype: string;
  shape: number[];
  bytes: Buffer;
}

export interface SafetensorsContent {
  tensors: Map<string, Tensor>;
  metadata: Record<string, string>;
}

/** Reads a whole safetensors file that is known to be right. */
export async function readSafetensors(file: string): Promise<SafetensorsContent> {
  const content = await readFile(file);
  const start = 8 + Number(content.readBigUInt64LE(0));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(content.toString('utf8', 8, start));
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: range }] of Object.entries<{
    dtype: string;
    shape: number[];
    data_offsets: [number, number];
  }>(entries))
    tensors.set(name, { dtype, shape, bytes: content.subarray(start + range[0], start + range[1]) });
  return { tensors, metadata };
}

export async function writeSafetensors(
  file: string,
  { tensors, metadata }: SafetensorsContent,
): Promise<void> {
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let offset = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + bytes.length] }]);
    offset += bytes.length;
  }
  await writeFile(
    file,
    withHeader(
      JSON.stringify(Object.fromEntries(entries)),
      [...tensors.values()].map((t) => t.bytes),
    ),
  );
}

/** Any header text, with its length in front, so that tests can write wrong ones. */
export function withHeader(header: string, data: Buffer[] = []): Buffer {
  const text = Buffer.from(header, 'utf8');
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, ...data]);
}
