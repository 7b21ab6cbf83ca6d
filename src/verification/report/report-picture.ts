import sharp from 'sharp';
import { frameOf } from '../../pictures/compare/figures.ts';
import type { Pixels } from '../../pictures/compare/pixels.ts';
import type { Compared } from '../compare-pair.ts';

export const pictureNames = ['theirs', 'ours', 'difference'] as const;
export type PictureName = (typeof pictureNames)[number];

/** Of one pair, as WebP: small enough that a report of hundreds opens. `difference`: null where the sizes differ. */
export type ReportPicture = Record<Exclude<PictureName, 'difference'>, Uint8Array> & {
  difference: Uint8Array | null;
};

const largestSide = 512;
const amplified = 8;

/** Of videos the first frame. */
export async function reportPicture({ theirs, ours, figures }: Compared): Promise<ReportPicture> {
  const [a, b] = [frameOf(theirs, 0), frameOf(ours, 0)];
  return {
    theirs: await small(a),
    ours: await small(b),
    difference: figures === null ? null : await small(differenceOf(a, b)),
  };
}

function differenceOf(a: Pixels, b: Pixels): Pixels {
  const data = a.data.map((value, index) =>
    Math.min(255, Math.abs(value - (b.data[index] ?? 0)) * amplified),
  );
  return { ...a, data };
}

function small({ width, height, data }: Pixels): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: largestSide, height: largestSide, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 90 })
    .toBuffer();
}
