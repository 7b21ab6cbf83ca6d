import { damaged } from '../picture-refused.ts';
import {
  type BoundedPicture,
  longestExifBytes,
  longestProfileBytes,
  profileLeftOut,
} from './bounded-picture.ts';

const headerBytes = 12;
const xmpFlag = 0x04;
const iccFlag = 0x20;

interface Chunk {
  type: string;
  data: Buffer;
  /** With its header and padding. */
  whole: Buffer;
}

/** The picture of a WebP, or the first frame of an animation, with its profile and EXIF. All frames are counted. */
export function boundWebp(bytes: Buffer): BoundedPicture {
  const chunks = chunksOf(bytes);
  const frames = chunks.filter(({ type }) => type === 'ANMF').length;
  const hasLongProfile = chunks.some(
    ({ type, data }) => type === 'ICCP' && data.length > longestProfileBytes,
  );
  const seen = new Set<string>();
  const kept = chunks.filter(({ type, data }) => {
    const isFirst = !seen.has(type);
    seen.add(type);
    return isFirst && isNeeded(type, data.length);
  });
  if (!kept.some(({ type }) => ['VP8 ', 'VP8L', 'ANMF'].includes(type))) throw damaged('WebP');
  const body = Buffer.concat(kept.map(({ whole }) => whole));
  if (kept[0]?.type === 'VP8X' && kept[0].data.length > 0)
    body.writeUInt8(body.readUInt8(8) & ~(xmpFlag | (hasLongProfile ? iccFlag : 0)), 8);
  const header = Buffer.from(bytes.subarray(0, headerBytes));
  header.writeUInt32LE(body.length + 4, 4);
  return {
    bytes: Buffer.concat([header, body]),
    frames: Math.max(1, frames),
    unit: 'frame',
    warnings: hasLongProfile ? [profileLeftOut] : [],
  };
}

function isNeeded(type: string, bytes: number): boolean {
  switch (type) {
    case 'VP8X':
    case 'ANIM':
    case 'ANMF':
    case 'ALPH':
    case 'VP8 ':
    case 'VP8L':
      return true;
    case 'ICCP':
      return bytes <= longestProfileBytes;
    case 'EXIF':
      return bytes <= longestExifBytes;
    default:
      return false;
  }
}

function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = headerBytes; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length;
    if (end > bytes.length) throw damaged('WebP');
    const next = end + (length % 2);
    const type = bytes.toString('latin1', at, at + 4);
    chunks.push({ type, data: bytes.subarray(at + 8, end), whole: bytes.subarray(at, next) });
    at = next;
  }
  return chunks;
}
