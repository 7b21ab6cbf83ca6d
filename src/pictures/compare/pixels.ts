import sharp from 'sharp';

/** Frames of one size, as 8 bits of red, green and blue a pixel. */
export interface Pixels {
  width: number;
  height: number;
  frames: number;
  /** Frame after frame, row after row. */
  data: Uint8Array;
}

/** More than the largest output of any model, so that a file that claims to be larger is refused before it is decoded. */
const mostPixels = 2 ** 28;

/** A picture, or all frames of an animated WebP. Throws what sharp throws for a file that is damaged or no picture. */
export async function decodePixels(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes, { animated: true, limitInputPixels: mostPixels })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const height = info.pageHeight ?? info.height;
  return { width: info.width, height, frames: Math.max(1, Math.round(info.height / height)), data };
}

export const sameSize = (a: Pixels, b: Pixels): boolean =>
  a.width === b.width && a.height === b.height && a.frames === b.frames;
