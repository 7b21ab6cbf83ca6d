/**
 * A fair comparison: a preview was compressed when it was saved, so a render is compressed alike before the two are compared. Against
 * their own uncompressed pixels even the same previews would differ by far.
 */
import sharp from 'sharp';
import { decodePixels, type Pixels } from '../pictures/compare/pixels.ts';

/** Pillow's qualities, where its caller names none: the trainer's. */
const usualWebpQuality = 80;

/** The frames of a render as they look in a file of the kind that `theirs` is. */
export async function encodeAlike(ours: Pixels, theirs: Uint8Array): Promise<Pixels> {
  const { format, chromaSubsampling } = await sharp(theirs).metadata();
  const { width, height, frames, data } = ours;
  const raw = { raw: { width, height: height * frames, channels: 3 as const, pageHeight: height } };
  const picture = sharp(
    data,
    frames > 1 ? { ...raw, animated: true } : { raw: { width, height, channels: 3 } },
  );
  switch (format) {
    case 'jpeg': {
      const quality = jpegQuality(theirs);
      return decodePixels(
        await picture
          .jpeg({ quality, chromaSubsampling: chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0' })
          .toBuffer(),
      );
    }
    case 'webp':
      return isLossless(theirs)
        ? ours
        : decodePixels(await picture.webp({ quality: usualWebpQuality }).toBuffer());
    default:
      return ours;
  }
}

/** Whether the picture data of a WebP are of its lossless kind: the chunk is called `VP8L`. */
const isLossless = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).includes('VP8L');

/** The table for brightness of ITU-T T.81, Annex K, in zigzag order: what a quality of 50 stands for. */
const standardTable = [
  ...[16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40],
  ...[58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103],
  ...[104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99],
];
const usualJpegQuality = 75;

/** The quality whose table is nearest to that of the file, as libjpeg scales it. */
export function jpegQuality(bytes: Uint8Array): number {
  const table = brightnessTable(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (table === null) return usualJpegQuality;
  const distance = (quality: number): number => {
    const scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
    return standardTable.reduce((sum, value, index) => {
      const scaled = Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100)));
      return sum + Math.abs(scaled - (table[index] ?? 0));
    }, 0);
  };
  const qualities = Array.from({ length: 100 }, (_, index) => index + 1);
  return qualities.reduce(
    (best, quality) => (distance(quality) < distance(best) ? quality : best),
    usualJpegQuality,
  );
}

/** Of the first table of quantisation (marker DQT), in zigzag order. */
function brightnessTable(file: Buffer): Uint8Array | null {
  for (let at = 2; at + 4 < file.length && file[at] === 0xff; ) {
    const length = file.readUInt16BE(at + 2);
    if (file[at + 1] === 0xdb) {
      const isWide = ((file[at + 4] ?? 0) & 0xf0) !== 0;
      return isWide || at + 69 > file.length ? null : file.subarray(at + 5, at + 69);
    }
    at += 2 + length;
  }
  return null;
}
