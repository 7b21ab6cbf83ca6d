import { expect, test } from 'vitest';
import { figuresOf } from './figures.ts';
import { gradeOf } from './grade.ts';
import { perceptualHash } from './perceptual-hash.ts';
import type { Pixels } from './pixels.ts';

/** A picture by a formula, so that another program can compute its figures: see the numbers below. */
const pattern = (change: (value: number, x: number, y: number) => number = (value) => value): Pixels => {
  const [width, height] = [40, 24];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let channel = 0; channel < 3; channel += 1) {
        const value = (x * 7 + y * 11 + channel * 37 + ((x * y) % 13) * 5) % 256;
        data[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, change(value, x, y)));
      }
  return { width, height, frames: 1, data };
};

/** Computed with NumPy and SciPy (correlate1d, dct) from the definitions. */
test.each([
  [
    'a step',
    (value: number) => (value < 255 ? value + 1 : value),
    { psnr: 48.15196662565816, ssim: 0.9999527166180195, largest: 1, share: 0 },
    'rounding',
  ],
  [
    'a checkerboard',
    (value: number, x: number, y: number) => value + ((x + y) % 2 === 1 ? 9 : -9),
    { psnr: 29.175638168837988, ssim: 0.9582911204449961, largest: 9, share: 1 },
    'same_picture',
  ],
  [
    'a corner that is turned over',
    (value: number, x: number, y: number) => (x < 10 && y < 10 ? 255 - value : value),
    { psnr: 16.626185807086554, ssim: 0.9049492001923536, largest: 255, share: 100 / 960, hashDistance: 14 },
    'different',
  ],
])('%s', (_, change, { psnr, ssim, ...exact }, grade) => {
  const found = figuresOf(pattern(), pattern(change));
  expect(found).toMatchObject(exact);
  expect(found.psnr).toBeCloseTo(psnr, 9);
  expect(found.ssim).toBeCloseTo(ssim, 9);
  expect(gradeOf(found)).toBe(grade);
});

test('a hash is of the picture alone, and equal pictures are identical', () => {
  const bits = perceptualHash(pattern()).map(Number).join('');
  expect(bits).toBe('1000011111100000000110101011110111110000000101110011011101110000');
  expect(gradeOf(figuresOf(pattern(), pattern()))).toBe('identical');
});

test('one that is smaller than the window is compared as a whole', () => {
  const small = (value: number): Pixels => ({
    width: 4,
    height: 4,
    frames: 1,
    data: new Uint8Array(48).map((_, index) => (index % 5) * value),
  });
  expect(figuresOf(small(20), small(21)).ssim).toBeGreaterThan(0.9);
  expect(figuresOf(small(20), small(60)).ssim).toBeLessThan(0.7);
});
