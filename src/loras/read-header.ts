/**
 * The header of a safetensors file, read without the tensors.
 *
 * Layout (github.com/huggingface/safetensors): eight bytes little-endian length N, N bytes of JSON, then the data. The JSON
 * maps a tensor name to `{dtype, shape, data_offsets: [begin, end]}` and may hold `__metadata__`, a map of strings. Every
 * number is checked against the size of the file before anything is allocated, so a hostile header costs nothing.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';

const maximumHeaderBytes = 100 * 1024 * 1024;
const dtypeBits: Record<string, number> = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  F8_E4M3: 8,
  F8_E5M2: 8,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
};

const natural = z.number().int().min(0);
const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(natural).max(8),
  data_offsets: z.tuple([natural, natural]),
});

export interface TensorFacts {
  name: string;
  dtype: string;
  shape: number[];
  /** Where its data begins in the file. */
  begin: number;
}

export interface SafetensorsHeader {
  metadata: Record<string, string>;
  tensors: TensorFacts[];
  fileBytes: number;
}

/** Bytes that a header can be read from: a file here, or one that is still elsewhere. */
export interface HeaderSource {
  /** Length of the whole file; null when its host does not say. */
  size: number | null;
  /** The bytes of this stretch; fewer where the file ends before. */
  read(from: number, length: number): Promise<Buffer>;
}

/** Read and check a header. Throws LORA_INVALID that says what the file looks like instead. `label` is the client's name of it. */
export async function readHeader(file: string, label: string): Promise<SafetensorsHeader> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const read = (from: number, length: number): Promise<Buffer> => readStretch(handle, from, length);
    return { ...(await readHeaderFrom({ size, read }, label)), fileBytes: size };
  } finally {
    await handle.close();
  }
}

/** The same of any bytes. `fileBytes` is null when their length is not known; then nothing tells whether data is missing. */
export async function readHeaderFrom(
  source: HeaderSource,
  label: string,
): Promise<Omit<SafetensorsHeader, 'fileBytes'> & { fileBytes: number | null }> {
  const { size } = source;
  const text = await readHeaderText(source, label);
  const dataBytes = size === null ? null : size - 8 - text.byteLength;
  return { ...parseHeader(text.toString('utf8'), dataBytes, label), fileBytes: size };
}

async function readStretch(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}

async function readHeaderText(source: HeaderSource, label: string): Promise<Buffer> {
  const start = await source.read(0, Math.min(source.size ?? 512, 512));
  const size = source.size ?? Number.MAX_SAFE_INTEGER;
  if (start.length < 10) throw invalid(label, `it is only ${start.length} bytes long`);
  const length = start.readBigUInt64LE(0);
  if (length > BigInt(Math.min(size - 8, maximumHeaderBytes)) || start[8] !== 0x7b) {
    const where = source.size === null ? '' : ` in a file of ${source.size}`;
    throw invalid(
      label,
      describeForeign(start) ?? `its header claims ${length} bytes${where} (truncated or not safetensors)`,
    );
  }
  const text = await source.read(8, Number(length));
  if (text.length === Number(length)) return text;
  throw invalid(label, `it is truncated: it ends after ${8 + text.length} bytes, inside its header`);
}

/** What a file that is not safetensors looks like from its first bytes. */
function describeForeign(start: Buffer): string | null {
  const text = start.toString('latin1').trimStart().toLowerCase();
  if (text.startsWith('pk\x03\x04'))
    return 'it is a ZIP archive or a PyTorch .pt/.ckpt file; only safetensors is read';
  if (start[0] === 0x80) return 'it is a Python pickle; only safetensors is read';
  if (text.startsWith('<'))
    return 'it is a web page (HTML or XML); was a login or error page saved in its place?';
  if (text.startsWith('version https://git-lfs'))
    return 'it is a Git LFS pointer; fetch the real file with `git lfs pull`';
  if (text.startsWith('{')) return 'it is JSON text';
  if (text.startsWith('gguf')) return 'it is GGUF; only safetensors is read';
  return null;
}

function parseHeader(
  text: string,
  dataBytes: number | null,
  label: string,
): Omit<SafetensorsHeader, 'fileBytes'> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw invalid(label, 'its header is not JSON', cause);
  }
  const header = z.record(z.string(), z.unknown()).safeParse(raw);
  if (!header.success) throw invalid(label, 'its header is not a JSON object');
  const { __metadata__: metadata, ...entries } = header.data;
  const dataStart = 8 + Buffer.byteLength(text);
  const tensors = Object.entries(entries).map(([name, value]) => {
    const tensor = parseTensor(name, value, dataBytes, label);
    return { ...tensor, begin: dataStart + tensor.begin };
  });
  const strings = z.record(z.string(), z.string()).safeParse(metadata ?? {});
  return { metadata: strings.success ? strings.data : {}, tensors };
}

function parseTensor(name: string, value: unknown, dataBytes: number | null, label: string): TensorFacts {
  const parsed = tensorSchema.safeParse(value);
  if (!parsed.success)
    throw invalid(label, `the header entry "${name.slice(0, 120)}" has no dtype, shape and offsets`);
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  const bits = dtypeBits[dtype];
  if (bits === undefined)
    throw invalid(label, `tensor "${name.slice(0, 120)}" has the unknown type ${dtype.slice(0, 20)}`);
  if (dataBytes !== null && end > dataBytes)
    throw invalid(
      label,
      `it is truncated: tensor "${name.slice(0, 120)}" ends at byte ${end} of ${dataBytes}`,
    );
  const bytes = (shape.reduce((product, side) => product * side, 1) * bits) / 8;
  if (end - begin !== bytes)
    throw invalid(
      label,
      `tensor "${name.slice(0, 120)}" has ${end - begin} bytes where its shape needs ${bytes}`,
    );
  return { name, dtype, shape, begin };
}

function invalid(label: string, why: string, cause?: unknown): DarkroomError {
  return new DarkroomError('LORA_INVALID', `The LoRA "${label}" cannot be used: ${why}.`, {
    details: { path: label },
    cause,
  });
}
