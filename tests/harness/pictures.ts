import sharp from 'sharp';

export interface Picture {
  width: number;
  height: number;
  /** RGB, 8 bits a channel, rows top down. */
  pixels: Buffer;
}

export async function decode(file: Buffer | string): Promise<Picture> {
  const { data, info } = await sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer({
    resolveWithObject: true,
  });
  return { width: info.width, height: info.height, pixels: data };
}

/** Mean absolute difference in steps of 255. Throws where sizes differ. */
export function difference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height)
    throw new Error(`${a.width}×${a.height} and ${b.width}×${b.height}`);
  let sum = 0;
  for (const [index, value] of a.pixels.entries()) sum += Math.abs(value - (b.pixels[index] ?? 0));
  return sum / a.pixels.length;
}

/** Standard deviation over all values: near zero for a flat picture. */
export function contrast({ pixels }: Picture): number {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  return Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length);
}

/** A PNG with a smooth, lopsided pattern, so that stretching, flipping or losing it shows. */
export async function testPattern(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      pixels[at] = Math.round((255 * x) / width);
      pixels[at + 1] = Math.round((255 * y) / height);
      pixels[at + 2] = (x ^ y) & 255;
    }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
