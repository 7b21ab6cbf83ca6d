/** Attacks on decoders, with the memory that they take measured in the process that decodes. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, difference, testPattern } from '../../tests/harness/pictures.ts';
import { flatPng, pngChunk, profileChunk, withPngChunks } from '../../tests/pictures/png-chunks.ts';
import type { PictureAnswer } from './picture-messages.ts';
import { createPictureReader, pictureMemoryBytes, type ReadPicture } from './picture-reader.ts';

const maximumPixels = 50_000_000;
const roomy = { memoryBytes: pictureMemoryBytes(maximumPixels), timeoutMs: 60_000, idleMs: 60_000 };

let folder: string;
let small: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-reader-'));
  small = await testPattern(64, 48);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function send(read: ReadPicture, bytes: Buffer): Promise<PictureAnswer> {
  const file = path.join(folder, 'picture.sent');
  await writeFile(file, bytes);
  return read({ file, folder, maximumPixels, orientation: 'upright', transparency: 'over_white' });
}

/** Of the processes below this one that decode pictures, the most that one of them has used. */
function peakMegabytes(): number {
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
  const pids = rows.flatMap((row) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return Number(parent) === process.pid && command?.includes('picture-process') ? [pid] : [];
  });
  const peaks = pids.map((pid) => {
    const status = execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' });
    return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  });
  return Math.max(0, ...peaks);
}

test('a picture becomes a file that is named after its hash, and nothing else is left', async () => {
  const answer = await send(createPictureReader(roomy), small);
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
  expect(answer).toMatchObject({ width: 64, height: 48, warnings: [] });
  const file = await readFile(path.join(folder, `${answer.sha256}.png`));
  expect(difference(await decode(file), await decode(small))).toBe(0);
  expect((await readdir(folder)).sort()).toEqual([`${answer.sha256}.png`, 'picture.sent'].sort());
});

describe('after a picture that', () => {
  test.each([
    ['takes too long', { ...roomy, timeoutMs: 1 }, 'seconds'],
    ['takes too much memory', { ...roomy, memoryBytes: 1 }, 'memory'],
  ])('%s, which is refused, the next one is read', async (_title, limits, why) => {
    const limited = { ...limits };
    const read = createPictureReader(limited);
    const big = await sharp({ create: { width: 3000, height: 3000, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const refused = await send(read, big);
    expect(refused).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
    Object.assign(limited, roomy);
    expect(await send(read, small)).toMatchObject({ kind: 'done' });
  });
});

// Only Linux tells how much a process has used.
describe.runIf(process.platform === 'linux')('little memory is taken by', () => {
  const text = pngChunk(
    'zTXt',
    Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(7_900_000, 120))]),
  );
  const profile = profileChunk(Buffer.alloc(300_000_000));
  const attacks: readonly (readonly [string, () => Buffer | Promise<Buffer>, PictureAnswer['kind']])[] = [
    [
      'text chunks that unfold to 470 MB',
      () => withPngChunks(flatPng(64, 64), ...Array(60).fill(text)),
      'done',
    ],
    ['a profile that unfolds to 300 MB', () => withPngChunks(flatPng(64, 64), profile), 'done'],
    ['20,000 × 20,000 pixels', () => flatPng(20_000, 20_000, { depth: 1, colour: 0 }), 'refused'],
    ['a GIF of 100,000 frames', () => manyFrames(100_000), 'done'],
    ['a JPEG of 5,000 scans', () => manyScans(5_000), 'refused'],
    ['a JPEG of 40 MB of comments', () => comments(600), 'done'],
    ['a TIFF whose pages go round in a circle', circle, 'done'],
    [
      'a TIFF of 60,000 channels',
      () =>
        tiffOf([
          [256, 60_000],
          [257, 60_000],
          [277, 60_000],
        ]),
      'refused',
    ],
    [
      'a TIFF of tiles of 65,535 × 65,535 pixels',
      () =>
        tiffOf([
          [322, 65_535],
          [323, 65_535],
        ]),
      'refused',
    ],
    ['an AVIF that is larger than it says', lyingAvif, 'refused'],
  ];

  test.each(attacks)('%s', async (_title, make, kind) => {
    const answer = await send(createPictureReader(roomy), await make());
    expect(answer.kind, JSON.stringify(answer)).toBe(kind);
    expect(peakMegabytes()).toBeLessThan(400);
  });
});

async function manyFrames(count: number): Promise<Buffer> {
  const gif = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .gif()
    .toBuffer();
  const start = gif.indexOf(0x2c, 13 + 3 * 2 ** (((gif[10] ?? 0) & 7) + 1));
  const frame = gif.subarray(start, -1);
  return Buffer.concat([gif.subarray(0, start), ...Array(count).fill(frame), Buffer.of(0x3b)]);
}

async function manyScans(count: number): Promise<Buffer> {
  const jpeg = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: 'red' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const last = jpeg.lastIndexOf(Buffer.of(0xff, 0xda));
  const scan = jpeg.subarray(last, -2);
  return Buffer.concat([jpeg.subarray(0, -2), ...Array(count).fill(scan), Buffer.of(0xff, 0xd9)]);
}

async function comments(count: number): Promise<Buffer> {
  const jpeg = await sharp(small).jpeg().toBuffer();
  const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0xff, 0xff), Buffer.alloc(65_533, 65)]);
  return Buffer.concat([jpeg.subarray(0, 2), ...Array(count).fill(comment), jpeg.subarray(2)]);
}

async function circle(): Promise<Buffer> {
  const tiff = await sharp(small).tiff({ compression: 'none' }).toBuffer();
  const directory = tiff.readUInt32LE(4);
  tiff.writeUInt32LE(directory, directory + 2 + tiff.readUInt16LE(directory) * 12);
  return tiff;
}

/** A TIFF with these short values in the place of its own. */
async function tiffOf(values: readonly (readonly [tag: number, value: number])[]): Promise<Buffer> {
  const tiff = await sharp(small).tiff({ compression: 'none' }).toBuffer();
  const directory = tiff.readUInt32LE(4);
  const count = tiff.readUInt16LE(directory);
  const entries = Array.from({ length: count }, (_, index) =>
    tiff.subarray(directory + 2 + index * 12, directory + 14 + index * 12),
  ).filter((entry) => !values.some(([tag]) => tag === entry.readUInt16LE(0)));
  const changed = values.map(([tag, value]) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(4, 2);
    entry.writeUInt32LE(1, 4);
    entry.writeUInt32LE(value, 8);
    return entry;
  });
  const all = [...entries, ...changed].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const length = Buffer.alloc(2);
  length.writeUInt16LE(all.length, 0);
  const header = Buffer.from(tiff);
  header.writeUInt32LE(tiff.length, 4);
  return Buffer.concat([header, length, ...all, Buffer.alloc(4)]);
}

/** 4096 × 4096 pixels that say they are 64 × 64. */
async function lyingAvif(): Promise<Buffer> {
  const avif = await sharp({ create: { width: 4096, height: 4096, channels: 3, background: 'red' } })
    .avif({ effort: 0, quality: 1 })
    .toBuffer();
  const size = avif.indexOf('ispe', 0, 'latin1') + 8;
  avif.writeUInt32BE(64, size);
  avif.writeUInt32BE(64, size + 4);
  return avif;
}
