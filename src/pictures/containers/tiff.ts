/**
 * A TIFF is a web of offsets: a header points at a directory, a directory at the values of its entries and at the next
 * directory. Reduced to one page, it gets a new directory, behind its data, that has only the entries which decide what the
 * pixels are; all that was only reachable through others is no longer part of it.
 */
import { damaged, PictureRefused } from '../picture-refused.ts';
import { type BoundedPicture, longestProfileBytes, profileLeftOut } from './bounded-picture.ts';

const tags = {
  subfileType: 254,
  compression: 259,
  photometric: 262,
  samplesPerPixel: 277,
  tileWidth: 322,
  tileLength: 323,
  subDirectories: 330,
  profile: 34675,
  dngVersion: 50706,
};
/** Those of TIFF 6 and its supplements that say how samples are laid out, plus orientation (274) and profile. */
const neededTags = new Set([
  254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325,
  332, 338, 339, 347, 513, 514, 529, 530, 531, 532, 34675, 50674,
]);
const jpegCompression = 7;
const photometric = { ycbcr: 6, cielab: 8, icclab: 9, itulab: 10, filterArray: 32803, linearRaw: 34892 };
/** Bytes of one value, by type. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const mostPages = 100_000;
/** Colours, black and alpha, with room for one more. */
const mostSamples = 6;

interface Entry {
  tag: number;
  type: number;
  count: number;
  whole: Buffer;
}

/** How numbers are written in this file: its byte order, and whether offsets have 64 bits (BigTIFF). */
interface Layout {
  big: boolean;
  uint: (at: number, bytes: number) => number;
  countBytes: number;
  entryBytes: number;
  offsetBytes: number;
}

export function boundTiff(bytes: Buffer, maximumPixels: number): BoundedPicture {
  const layout = layoutOf(bytes);
  const first = layout.uint(layout.big ? 8 : 4, layout.offsetBytes);
  const entries = readEntries(bytes, first, layout);
  refuseOthers(bytes, entries, layout, maximumPixels);
  const profile = entries.find(({ tag }) => tag === tags.profile);
  const hasLongProfile = profile !== undefined && profile.count > longestProfileBytes;
  const kept = entries.filter(({ tag }) => neededTags.has(tag) && !(tag === tags.profile && hasLongProfile));
  return {
    bytes: withDirectory(bytes, kept, layout),
    frames: countPages(first, layout),
    unit: 'page',
    warnings: hasLongProfile ? [profileLeftOut] : [],
  };
}

function layoutOf(bytes: Buffer): Layout {
  const little = bytes.toString('latin1', 0, 2) === 'II';
  const big = bytes[little ? 2 : 3] === 43;
  const uint = (at: number, width: number): number => {
    if (at < 0 || at + width > bytes.length) throw damaged('TIFF');
    if (width === 8) return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return little ? bytes.readUIntLE(at, width) : bytes.readUIntBE(at, width);
  };
  return { big, uint, countBytes: big ? 8 : 2, entryBytes: big ? 20 : 12, offsetBytes: big ? 8 : 4 };
}

function readEntries(bytes: Buffer, at: number, layout: Layout): Entry[] {
  const { countBytes, entryBytes, offsetBytes, uint } = layout;
  const count = uint(at, countBytes);
  if (count === 0 || at + countBytes + count * entryBytes > bytes.length) throw damaged('TIFF');
  return Array.from({ length: count }, (_, index) => {
    const start = at + countBytes + index * entryBytes;
    return {
      tag: uint(start, 2),
      type: uint(start + 2, 2),
      count: uint(start + 4, offsetBytes),
      whole: bytes.subarray(start, start + entryBytes),
    };
  });
}

/** RAW photos are TIFFs whose first page is a small preview; other kinds would be decoded wrong or into too much. */
function refuseOthers(bytes: Buffer, entries: readonly Entry[], layout: Layout, maximumPixels: number): void {
  const numberOf = (tag: number): number | null => {
    const entry = entries.find((one) => one.tag === tag);
    return entry === undefined ? null : firstValue(entry, bytes, layout);
  };
  const kind = numberOf(tags.photometric);
  const isRaw =
    kind === photometric.filterArray ||
    kind === photometric.linearRaw ||
    bytes.toString('latin1', 8, 10) === 'CR' ||
    numberOf(tags.dngVersion) !== null ||
    // A reduced preview first, and the photo itself below it.
    (((numberOf(tags.subfileType) ?? 0) & 1) === 1 && numberOf(tags.subDirectories) !== null);
  if (isRaw)
    throw new PictureRefused('it is a RAW photo, which is not read. Develop it, and save it as JPEG or PNG');
  if (kind === photometric.cielab || kind === photometric.icclab || kind === photometric.itulab)
    throw new PictureRefused('it is a TIFF in L*a*b* colours, which is not read. Save it in RGB');
  if (kind === photometric.ycbcr && numberOf(tags.compression) !== jpegCompression)
    throw new PictureRefused('it is a TIFF in YCbCr without JPEG, which is not read. Save it in RGB');
  const samples = numberOf(tags.samplesPerPixel) ?? 1;
  if (samples > mostSamples)
    throw new PictureRefused(
      `it is a TIFF of ${samples} channels; RGB, grey and CMYK are read, each with or without alpha`,
    );
  const tile = (numberOf(tags.tileWidth) ?? 0) * (numberOf(tags.tileLength) ?? 0);
  if (tile > maximumPixels) throw damaged('TIFF');
}

/** Of a short or long entry; 0 where it is none. */
function firstValue({ type, count, whole }: Entry, bytes: Buffer, layout: Layout): number {
  const width = typeBytes[type] ?? 0;
  if (width === 0 || count === 0 || width > 4) return 0;
  const inline = whole.byteOffset - bytes.byteOffset + 4 + layout.offsetBytes;
  const at = width * count <= layout.offsetBytes ? inline : layout.uint(inline, layout.offsetBytes);
  return layout.uint(at, width);
}

function countPages(first: number, layout: Layout): number {
  const seen = new Set<number>();
  try {
    for (let at = first; at !== 0 && !seen.has(at) && seen.size < mostPages; ) {
      seen.add(at);
      const end = at + layout.countBytes + layout.uint(at, layout.countBytes) * layout.entryBytes;
      at = layout.uint(end, layout.offsetBytes);
    }
  } catch {
    // A chain that breaks off behind the first page.
  }
  return seen.size;
}

/** The file with this as its only directory. */
function withDirectory(bytes: Buffer, entries: readonly Entry[], layout: Layout): Buffer {
  const { countBytes, entryBytes, offsetBytes, big } = layout;
  const little = bytes.toString('latin1', 0, 2) === 'II';
  const write = (target: Buffer, value: number, at: number, width: number): void => {
    if (width === 8) {
      if (little) target.writeBigUInt64LE(BigInt(value), at);
      else target.writeBigUInt64BE(BigInt(value), at);
    } else if (little) target.writeUIntLE(value, at, width);
    else target.writeUIntBE(value, at, width);
  };
  const start = bytes.length + (bytes.length % 2);
  const directory = Buffer.alloc(countBytes + entries.length * entryBytes + offsetBytes);
  write(directory, entries.length, 0, countBytes);
  entries.forEach(({ whole }, index) => void whole.copy(directory, countBytes + index * entryBytes));
  const copy = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2), directory]);
  write(copy, start, big ? 8 : 4, offsetBytes);
  return copy;
}
