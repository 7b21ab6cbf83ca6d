/** The picture of a contact sheet says which one it is of, where our pictures say how they were made. */
import sharp from 'sharp';
import { z } from 'zod';
import { jpegExifLimit, withJpegExif, withWebpExif } from './embed-exif.ts';
import { exifBlock, readImageDescription } from './exif-block.ts';
import { readPngText, withPngText } from './png-text.ts';

const markSchema = z.strictObject({ sheet: z.string().regex(/^[\w-]{1,64}$/) });
const software = 'Darkroom';

export function withSheetMark(
  picture: Uint8Array,
  format: 'png' | 'jpeg' | 'webp',
  sheet: string,
  size: { width: number; height: number },
): Uint8Array {
  const text = JSON.stringify({ sheet });
  if (format === 'png') return withPngText(picture, [['darkroom', text]]);
  const exif = exifBlock({ imageDescription: text, software, userComment: null });
  if (format === 'webp') return withWebpExif(picture, exif, size);
  return exif.length > jpegExifLimit ? picture : withJpegExif(picture, exif);
}

/** The sheet that a PNG, JPEG or WebP is the picture of; null for any other. Throws for what is no picture. */
export async function readSheetMark(picture: Uint8Array): Promise<string | null> {
  const { format, exif } = await sharp(picture).metadata();
  const text = format === 'png' ? readPngText(picture).get('darkroom') : exif && descriptionIn(exif);
  return text ? sheetIn(text) : null;
}

/** Decoders hand EXIF out with or without the marker that precedes it in a JPEG. */
const descriptionIn = (exif: Buffer): string | null =>
  readImageDescription(exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif);

function sheetIn(text: string): string | null {
  if (!text.startsWith('{"sheet":')) return null;
  try {
    return markSchema.safeParse(JSON.parse(text)).data?.sheet ?? null;
  } catch {
    return null;
  }
}
