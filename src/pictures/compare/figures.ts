/** How far apart two pictures of one size are, in figures that people know. */
import { perceptualDistance } from './perceptual-hash.ts';
import type { Pixels } from './pixels.ts';
import { ssim } from './ssim.ts';

export interface Figures {
  /** Peak signal-to-noise ratio over all values, in dB; null when all are equal. */
  psnr: number | null;
  /** Structural similarity of the luma, at most 1. */
  ssim: number;
  /** Largest difference of one value, 0 to 255. */
  largest: number;
  /** Share of the pixels of which a value is off by more than 2. */
  share: number;
  /** Bits, of 64, that the perceptual hashes differ in; of videos the most of any frame. */
  hashDistance: number;
}

const visible = 2;

/** Both of one size. Of videos all frames count together for PSNR and the share, and the worst frame for the others. */
export function figuresOf(a: Pixels, b: Pixels): Figures {
  if (Buffer.compare(a.data, b.data) === 0)
    return { psnr: null, ssim: 1, largest: 0, share: 0, hashDistance: 0 };
  const frames = Array.from(
    { length: a.frames },
    (_, index) => [frameOf(a, index), frameOf(b, index)] as const,
  );
  return {
    ...differences(a.data, b.data),
    ssim: Math.min(...frames.map(([one, other]) => ssim(one, other))),
    hashDistance: Math.max(...frames.map(([one, other]) => perceptualDistance(one, other))),
  };
}

function differences(a: Uint8Array, b: Uint8Array): Pick<Figures, 'psnr' | 'largest' | 'share'> {
  let squares = 0;
  let largest = 0;
  let off = 0;
  for (let at = 0; at < a.length; at += 3) {
    let most = 0;
    for (let channel = at; channel < at + 3; channel += 1) {
      const difference = Math.abs((a[channel] ?? 0) - (b[channel] ?? 0));
      squares += difference * difference;
      if (difference > most) most = difference;
    }
    if (most > largest) largest = most;
    if (most > visible) off += 1;
  }
  return {
    psnr: squares === 0 ? null : 10 * Math.log10((255 * 255 * a.length) / squares),
    largest,
    share: off / (a.length / 3),
  };
}

export function frameOf({ width, height, data }: Pixels, index: number): Pixels {
  const bytes = width * height * 3;
  return { width, height, frames: 1, data: data.subarray(index * bytes, (index + 1) * bytes) };
}
