/**
 * The JSON header of a safetensors file, checked: what it says of each tensor, and that the tensors fill the data exactly.
 *
 * The format (github.com/huggingface/safetensors) wants every byte of the data to belong to one tensor: no gap, no overlap,
 * nothing behind the last. Readers that do not check this read the same bytes twice, or carry hidden data along. The
 * order of the entries is free.
 *
 * Everything is bounded before it is parsed: headers are untrusted, and they are parsed on the event loop.
 */
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';

/** The longest headers of LoRAs, which hold the captions of the training pictures, have a few megabytes. */
export const maximumHeaderBytes = 16 * 2 ** 20;
/** The largest LoRAs that trainers write have about ten thousand. */
const maximumTensors = 25_000;
/** The shape inside of an entry inside of the header, and room for metadata that is not only text. */
const maximumDepth = 16;

const dtypeBits: Readonly<Record<string, number>> = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
  C64: 64,
};

export interface TensorFacts {
  name: string;
  dtype: string;
  shape: number[];
  /** Where its data begins in the file. */
  begin: number;
}

export interface ParsedHeader {
  /** What trainers write as numbers or objects, against the format, is text here as well. */
  metadata: Record<string, string>;
  /** In the order of the header. */
  tensors: TensorFacts[];
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

interface Stretch {
  tensor: TensorFacts;
  /** Relative to the data. */
  begin: number;
  end: number;
}

/**
 * `bytes` is the JSON alone; `dataBytes` the length of what follows it, null when that is not known. Throws LORA_INVALID.
 * `label` is the client's name of the file.
 */
export function parseHeader(bytes: Buffer, dataBytes: number | null, label: string): ParsedHeader {
  checkSize(bytes, label);
  const { __metadata__: metadata, ...entries } = parseObject(bytes, label);
  const dataStart = 8 + bytes.byteLength;
  const stretches = Object.entries(entries).map(([name, value]) =>
    parseTensor(name, value, dataStart, label),
  );
  checkLayout(stretches, dataBytes, label);
  return { metadata: textOf(metadata), tensors: stretches.map(({ tensor }) => tensor) };
}

/** Counts entries and depth in one pass over the bytes, before anything is parsed. */
function checkSize(bytes: Buffer, label: string): void {
  let depth = 0;
  let entries = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) isText = !isText;
    else if (isText) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth === 2) entries += 1;
      if (depth > maximumDepth) throw invalidLora(label, 'its header is nested too deep for safetensors');
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  if (entries <= maximumTensors) return;
  throw invalidLora(
    label,
    `its header lists ${entries} tensors, and the largest LoRAs have about 10000; at most ${maximumTensors} are read`,
  );
}

function parseObject(bytes: Buffer, label: string): Record<string, unknown> {
  let raw: unknown;
  try {
    raw = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw invalidLora(label, 'its header is not JSON', cause);
  }
  const header = z.looseObject({}).safeParse(raw);
  if (!header.success) throw invalidLora(label, 'its header is not a JSON object');
  return header.data;
}

function parseTensor(name: string, value: unknown, dataStart: number, label: string): Stretch {
  if (!isEntry(value))
    throw invalidLora(label, `the header entry "${shown(name)}" has no dtype, shape and offsets`);
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = value;
  const bits = dtypeBits[dtype];
  if (bits === undefined)
    throw invalidLora(label, `tensor "${shown(name)}" has the unknown type ${dtype.slice(0, 20)}`);
  const bytes = (shape.reduce((product, side) => product * side, 1) * bits) / 8;
  if (end - begin !== bytes)
    throw invalidLora(
      label,
      `tensor "${shown(name)}" has ${end - begin} bytes where its shape needs ${bytes}`,
    );
  return { tensor: { name, dtype, shape, begin: dataStart + begin }, begin, end };
}

/** Checked by hand: there are thousands of entries, and a schema takes ten times as long on the event loop. */
function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  if (!('dtype' in value && 'shape' in value && 'data_offsets' in value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  return (
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    shape.length <= 8 &&
    shape.every(isNatural) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isNatural)
  );
}

const isNatural = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** Every byte of the data belongs to one tensor. */
function checkLayout(stretches: readonly Stretch[], dataBytes: number | null, label: string): void {
  let filled = 0;
  let last: Stretch | null = null;
  for (const stretch of stretches.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const { tensor, begin, end } = stretch;
    if (dataBytes !== null && end > dataBytes)
      throw invalidLora(
        label,
        `it is truncated: tensor "${shown(tensor.name)}" ends at byte ${end} of ${dataBytes}`,
      );
    if (begin < filled)
      throw invalidLora(
        label,
        `the tensors "${shown(last?.tensor.name ?? '')}" and "${shown(tensor.name)}" overlap; export it again`,
      );
    if (begin > filled)
      throw invalidLora(
        label,
        `${begin - filled} bytes before tensor "${shown(tensor.name)}" belong to no tensor; export it again`,
      );
    filled = end;
    last = stretch;
  }
  if (dataBytes !== null && dataBytes > filled)
    throw invalidLora(
      label,
      `${dataBytes - filled} bytes follow its last tensor; export or download it again`,
    );
}

function textOf(metadata: unknown): Record<string, string> {
  const values = z.record(z.string(), z.unknown()).safeParse(metadata ?? {});
  if (!values.success) return {};
  const texts = Object.entries(values.data).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  return Object.fromEntries(texts);
}

const shown = (name: string): string => name.slice(0, 120);

/** A LoRA that cannot be used; `why` goes on from “cannot be used: ”. */
export function invalidLora(label: string, why: string, cause?: unknown): DarkroomError {
  return new DarkroomError('LORA_INVALID', `The LoRA "${label}" cannot be used: ${why}.`, {
    details: { path: label },
    cause,
  });
}
