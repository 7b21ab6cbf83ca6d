import { damaged } from '../picture-refused.ts';
import type { BoundedPicture } from './bounded-picture.ts';

const headerBytes = 13;
const blocks = { extension: 0x21, image: 0x2c, trailer: 0x3b };
const graphicControl = 0xf9;

/** The first frame of a GIF on its canvas, without comments and other extensions. All frames are counted. */
export function boundGif(bytes: Buffer): BoundedPicture {
  if (bytes.length < headerBytes) throw damaged('GIF');
  const start = headerBytes + tableBytes(bytes[10] ?? 0);
  let control: Buffer = Buffer.alloc(0);
  let first: Buffer | null = null;
  let frames = 0;
  for (let at = start; at < bytes.length && bytes[at] !== blocks.trailer; ) {
    const kind = bytes[at];
    const next = kind === blocks.extension ? endOfBlocks(bytes, at + 2) : endOfImage(bytes, at);
    // Broken data behind the first frame is not our concern: it is not used.
    if (next === null) {
      if (first === null) throw damaged('GIF');
      break;
    }
    if (kind === blocks.image) {
      frames += 1;
      first ??= Buffer.concat([control, bytes.subarray(at, next)]);
    } else if (first === null && bytes[at + 1] === graphicControl) control = bytes.subarray(at, next);
    at = next;
  }
  if (first === null) throw damaged('GIF');
  const picture = Buffer.concat([bytes.subarray(0, start), first, Buffer.of(blocks.trailer)]);
  return { bytes: picture, frames, unit: 'frame', warnings: [] };
}

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** Null where the data ends first, or is no image. */
function endOfImage(bytes: Buffer, at: number): number | null {
  if (bytes[at] !== blocks.image || at + 10 > bytes.length) return null;
  return endOfBlocks(bytes, at + 10 + tableBytes(bytes[at + 9] ?? 0) + 1);
}

/** Behind a chain of blocks, each with its length in front, that ends with one of none. */
function endOfBlocks(bytes: Buffer, from: number): number | null {
  for (let at = from; at < bytes.length; ) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return null;
}
