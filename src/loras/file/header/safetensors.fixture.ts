import { writeFile } from 'node:fs/promises';

/** Write a float32 safetensors file of zeros with the given shapes. For tests. */
export async function writeSafetensors(
  file: string,
  shapes: Record<string, number[]>,
  metadata: Record<string, string> = {},
): Promise<string> {
  await writeFile(file, safetensorsBytes(shapes, metadata));
  return file;
}

/** What such a file holds; `dtype` and its bytes a number where it is not float32. */
export function safetensorsBytes(
  shapes: Record<string, number[]>,
  metadata: Record<string, string> = {},
  { dtype, bytes } = { dtype: 'F32', bytes: 4 },
): Buffer {
  let offset = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = offset;
    offset += shape.reduce((product, side) => product * side, bytes);
    return [name, { dtype, shape, data_offsets: [begin, offset] }];
  });
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(offset)]);
}

/** Factors of one module of rank 4 under PEFT names. */
export const peftPair = (module: string, inputs: number, outputs: number): Record<string, number[]> => ({
  [`${module}.lora_A.weight`]: [4, inputs],
  [`${module}.lora_B.weight`]: [outputs, 4],
});

/** The same under kohya names, with alpha. */
export const kohyaPair = (module: string, inputs: number, outputs: number): Record<string, number[]> => ({
  [`${module}.lora_down.weight`]: [4, inputs],
  [`${module}.lora_up.weight`]: [outputs, 4],
  [`${module}.alpha`]: [],
});
