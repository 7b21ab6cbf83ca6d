import { inflateSync } from 'node:zlib';
import { damaged, PictureRefused } from '../picture-refused.ts';
import {
  type BoundedPicture,
  longestExifBytes,
  longestProfileBytes,
  profileLeftOut,
} from './bounded-picture.ts';

const signatureBytes = 8;
/** Encoders write a chunk for each 8 KB or more. */
const mostChunks = 65_536;
const end = Buffer.from('\0\0\0\0IEND\xaeB`\x82', 'latin1');

interface Chunk {
  type: string;
  data: Buffer;
  /** With its length and checksum. */
  whole: Buffer;
}

/** The chunks that the default picture of a PNG is made of. The frames of an animated one are not looked at. */
export function boundPng(bytes: Buffer): BoundedPicture {
  const kept: Buffer[] = [bytes.subarray(0, signatureBytes)];
  const seen = new Set<string>();
  const warnings: string[] = [];
  let frames = 1;
  for (const chunk of chunksOf(bytes)) {
    const { type, data } = chunk;
    if (type === 'IEND') break;
    if (type === 'CgBI')
      throw new PictureRefused('it is a PNG in Apple’s own variant (CgBI). Save it as an ordinary PNG');
    if (type === 'acTL' && data.length >= 4) frames = Math.max(1, data.readUInt32BE(0));
    if (type === 'cICP' && data.length === 4) warnings.push(...codedColourWarnings(data[0], data[1]));
    if (type === 'iCCP' && !seen.has(type) && !isSoundProfile(data)) warnings.push(profileLeftOut);
    if (isNeeded(chunk, seen)) kept.push(chunk.whole);
    seen.add(type);
  }
  if (!seen.has('IDAT')) throw damaged('PNG');
  return { bytes: Buffer.concat([...kept, end]), frames, unit: 'frame', warnings };
}

function isNeeded({ type, data }: Chunk, seen: ReadonlySet<string>): boolean {
  switch (type) {
    case 'IHDR':
    case 'IDAT':
      return true;
    case 'PLTE':
    case 'tRNS':
      return !seen.has(type) && data.length <= 768;
    case 'iCCP':
      return !seen.has(type) && isSoundProfile(data);
    case 'eXIf':
      return !seen.has(type) && data.length <= longestExifBytes;
    default:
      return false;
  }
}

function* chunksOf(bytes: Buffer): Generator<Chunk> {
  let at = signatureBytes;
  for (let count = 0; at + 12 <= bytes.length; count++) {
    if (count === mostChunks) throw new PictureRefused(`it is a PNG of more than ${mostChunks} chunks`);
    const length = bytes.readUInt32BE(at);
    const next = at + 12 + length;
    if (next > bytes.length) throw damaged('PNG');
    const type = bytes.toString('latin1', at + 4, at + 8);
    yield { type, data: bytes.subarray(at + 8, next - 4), whole: bytes.subarray(at, next) };
    at = next;
  }
}

/** A name, a zero, the method (zero), and a profile that is compressed: it must not unfold to more than a profile has. */
function isSoundProfile(data: Buffer): boolean {
  const start = data.indexOf(0) + 2;
  try {
    inflateSync(data.subarray(start), { maxOutputLength: longestProfileBytes });
    return start > 2;
  } catch {
    return false;
  }
}

/** Primaries and transfer function as ITU-T H.273 numbers them, which also AVIF has. 1 and 13, or 2 (unknown), are sRGB. */
export function codedColourWarnings(primaries: number | undefined, transfer: number | undefined): string[] {
  if (transfer === 16 || transfer === 18)
    return [
      'is HDR (PQ or HLG): its brightness was not mapped to that of an ordinary screen. Save it as an ordinary picture to decide how it looks.',
    ];
  if (primaries === 9 || primaries === 11 || primaries === 12)
    return [
      'names wide-gamut colours without a profile; they were taken as sRGB. Convert it to sRGB for its own colours.',
    ];
  return [];
}
