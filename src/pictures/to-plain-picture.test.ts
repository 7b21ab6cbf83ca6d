import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, type Picture, testPattern } from '../../tests/harness/pictures.ts';
import { type MadePicture, makePictures } from '../../tests/pictures/made-pictures.ts';
import { plainSentence } from '../errors/sentence.ts';
import { type PlainPicture, toPlainPicture } from './to-plain-picture.ts';

const maximumPixels = 50_000_000;

let folder: string;
let cases: MadePicture[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-pictures-'));
  cases = await makePictures(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const plain = (bytes: Buffer, orientation: 'upright' | 'as_stored' = 'upright'): Promise<PlainPicture> =>
  toPlainPicture(bytes, { maximumPixels, orientation, transparency: 'over_white' });

/** The largest difference of any value, in levels of 255. */
function farthest(a: Picture, b: Picture): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.pixels.reduce((most, value, index) => Math.max(most, Math.abs(value - (b.pixels[index] ?? 0))), 0);
}

test('each kind of picture becomes what a person sees in it, and a warning says what that took', async () => {
  expect(cases.length).toBeGreaterThan(80);
  for (const { file, seen, off, says } of cases) {
    const name = path.basename(file);
    const { png, width, height, warnings } = await plain(await readFile(file));
    const picture = await decode(png);
    expect([picture.width, picture.height], name).toEqual([width, height]);
    expect(farthest(picture, await decode(seen)), name).toBeLessThanOrEqual(off);
    if (says === '') expect(warnings, name).toEqual([]);
    else expect(warnings.map(plainSentence).join('\n'), name).toMatch(new RegExp(says));
  }
});

test('what is written is RGB of 8 bits with nothing but pixels in it', async () => {
  for (const name of [
    'turned6.jpg',
    'palette.png',
    'depth16.png',
    'L.png',
    'one.gif',
    'ink.jpg',
    'RGB.bmp',
  ]) {
    const { png } = await plain(await readFile(path.join(folder, name)));
    const { format, channels, depth, exif, icc, xmp } = await sharp(png).metadata();
    expect({ format, channels, depth, exif, icc, xmp }, name).toEqual({
      format: 'png',
      channels: 3,
      depth: 'uchar',
      exif: undefined,
      icc: undefined,
      xmp: undefined,
    });
  }
});

test('a picture is left as it is stored when that is asked for', async () => {
  const turned = await readFile(path.join(folder, 'turned6.png'));
  const { png, warnings } = await plain(turned, 'as_stored');
  expect(farthest(await decode(png), await decode(turned))).toBe(0);
  expect(warnings.map(plainSentence).join()).toMatch(/as it is stored, though its EXIF orientation \(6\)/);
});

describe('colours of a profile', () => {
  test.each(['p3', 'cmyk'])('%s become those of sRGB', async (profile) => {
    // Muted: printing has no bright ones.
    const muted = await sharp(await testPattern(60, 40))
      .linear(0.4, 70)
      .png()
      .toBuffer();
    const file = await sharp(muted).withIccProfile(profile).tiff({ compression: 'none' }).toBuffer();
    const { png, warnings } = await plain(file);
    const [shown, wanted] = [await decode(png), await decode(muted)];
    const mean =
      shown.pixels.reduce((sum, value, index) => sum + Math.abs(value - (wanted.pixels[index] ?? 0)), 0) /
      shown.pixels.length;
    expect(mean).toBeLessThan(profile === 'p3' ? 1 : 12);
    expect(warnings.map(plainSentence).join()).toMatch(/profile “.+”, which were converted to sRGB/);
  });

  test('a profile that does not fit the picture is not followed', async () => {
    const colourful = await sharp(await testPattern(9, 9))
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    const { icc = Buffer.of() } = await sharp(colourful).metadata();
    const grey = await sharp(await testPattern(9, 9))
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    const segment = Buffer.concat([Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1'), icc]);
    segment.writeUInt16BE(segment.length - 2, 2);
    const { warnings } = await plain(Buffer.concat([grey.subarray(0, 2), segment, grey.subarray(2)]));
    expect(warnings.map(plainSentence).join()).toMatch(/profile that does not fit/);
  });
});

test('what is transparent stays for a model that reads it, with the colours under it', async () => {
  const raw = Buffer.from([200, 100, 50, 0, 10, 20, 30, 128]);
  const sent = await sharp(raw, { raw: { width: 2, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  const options = { maximumPixels, orientation: 'upright', transparency: 'kept' } as const;
  const kept = await toPlainPicture(sent, options);
  expect(kept.warnings).toEqual([]);
  expect(await sharp(kept.png).raw().toBuffer()).toEqual(raw);
});
