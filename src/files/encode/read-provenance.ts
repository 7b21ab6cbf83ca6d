import sharp from 'sharp';
import { readImageDescription } from './exif-block.ts';
import { readPngText } from './png-text.ts';
import { type Provenance, parseProvenance } from './provenance.ts';

/** How a PNG, JPEG or WebP of ours was made; null for a picture that does not say so. Throws for what is no picture. */
export async function readProvenance(bytes: Uint8Array): Promise<Provenance | null> {
  const { format, exif } = await sharp(bytes).metadata();
  const text = format === 'png' ? readPngText(bytes).get('darkroom') : exif && descriptionOf(exif);
  return text ? parseProvenance(text) : null;
}

/** Decoders hand EXIF out with or without the marker that precedes it in a JPEG. */
function descriptionOf(exif: Buffer): string | null {
  return readImageDescription(exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif);
}
