import sharp from 'sharp';
import { expect, test } from 'vitest';
import { figuresOf } from '../pictures/compare/figures.ts';
import { decodePixels } from '../pictures/compare/pixels.ts';
import { encodeAlike, jpegQuality } from './encode-alike.ts';

const [width, height] = [48, 40];
const raw = Buffer.from(
  Array.from(
    { length: width * height * 3 },
    (_, at) => (at * 7 + Math.floor(at / 144) * 13 + ((at * at) % 31) * 5) % 256,
  ),
);
const picture = () => sharp(raw, { raw: { width, height, channels: 3 } });
const ours = await decodePixels(await picture().png().toBuffer());

test.each([
  ['a JPEG of the trainer', () => picture().jpeg({ quality: 75, chromaSubsampling: '4:2:0' })],
  [
    'a JPEG of another quality and full colour',
    () => picture().jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  ],
  ['a WebP of the trainer', () => picture().webp({ quality: 80 })],
  ['a lossless WebP', () => picture().webp({ lossless: true })],
  ['a PNG', () => picture().png()],
])('the same render is the same as %s', async (_, make) => {
  const theirs = await make().toBuffer();
  expect(figuresOf(await decodePixels(theirs), await encodeAlike(ours, theirs))).toMatchObject({
    largest: 0,
  });
});

test('which it is not uncompressed', async () => {
  const theirs = await picture().jpeg({ quality: 75 }).toBuffer();
  expect(figuresOf(await decodePixels(theirs), ours).largest).toBeGreaterThan(20);
});

test.each([10, 50, 75, 95])('a JPEG says that it has a quality of %d', async (quality) => {
  expect(jpegQuality(await picture().jpeg({ quality }).toBuffer())).toBe(quality);
});
