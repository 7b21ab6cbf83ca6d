/**
 * The header of a safetensors file, read without the tensors: eight bytes little-endian length N, N bytes of JSON, then the
 * data. The length is checked against the size of the file and what is sensible before anything is allocated.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { invalidLora, maximumHeaderBytes, type ParsedHeader, parseHeader } from './parse-header.ts';

export interface SafetensorsHeader extends ParsedHeader {
  fileBytes: number;
}

/** Bytes that a header can be read from: a local file, or one that is still remote. */
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
): Promise<ParsedHeader & { fileBytes: number | null }> {
  const { size } = source;
  const text = await readHeaderText(source, label);
  const dataBytes = size === null ? null : size - 8 - text.byteLength;
  return { ...parseHeader(text, dataBytes, label), fileBytes: size };
}

async function readStretch(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}

async function readHeaderText(source: HeaderSource, label: string): Promise<Buffer> {
  const start = await source.read(0, Math.min(source.size ?? 512, 512));
  const size = source.size ?? Number.MAX_SAFE_INTEGER;
  if (start.length < 10) throw invalidLora(label, `it is only ${start.length} bytes long`);
  const length = start.readBigUInt64LE(0);
  if (length <= BigInt(size - 8) && length > BigInt(maximumHeaderBytes) && start[8] === 0x7b) {
    const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
    throw invalidLora(
      label,
      `its header is of ${megabytes(Number(length))} MiB, where those of LoRAs have a few at most; up to ${megabytes(maximumHeaderBytes)} are read`,
    );
  }
  if (length > BigInt(size - 8) || start[8] !== 0x7b) {
    const where = source.size === null ? '' : ` in a file of ${source.size}`;
    throw invalidLora(
      label,
      describeForeign(start) ?? `its header claims ${length} bytes${where} (truncated or not safetensors)`,
    );
  }
  const text = await source.read(8, Number(length));
  if (text.length === Number(length)) return text;
  throw invalidLora(label, `it is truncated: it ends after ${8 + text.length} bytes, inside its header`);
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
