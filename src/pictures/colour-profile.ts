/**
 * What an ICC profile (ICC.1:2022) says that matters here: whether it is sRGB under one of its many names, in which case
 * nothing may be converted, and what to call it.
 */
export interface ColourProfile {
  name: string;
  /** Colour space of the pixels, such as `RGB`, `GRAY` or `CMYK`. */
  space: string;
  isSrgb: boolean;
}

const headerBytes = 128;
/** Of sRGB (IEC 61966-2-1) in the profile connection space, which has D50 as its white: X, Y and Z of red, green and blue. */
const srgbPrimaries = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
];
const primaryTolerance = 0.004;
/** About two of 255 levels in the middle: profiles of sRGB approximate its curve, some by a power of 2.2. */
const curveTolerance = 0.01;

/** Null when this is not a profile. */
export function readColourProfile(profile: Buffer): ColourProfile | null {
  if (profile.length < headerBytes + 4 || profile.toString('latin1', 36, 40) !== 'acsp') return null;
  try {
    const tag = tagsOf(profile);
    const space = profile.toString('latin1', 16, 20).trim();
    return { name: nameOf(tag('desc')) ?? 'unnamed', space, isSrgb: isSrgb(space, tag) };
  } catch (error) {
    // An offset that leads out of the profile.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type FindTag = (name: string) => Buffer | null;

function tagsOf(profile: Buffer): FindTag {
  const count = Math.min(profile.readUInt32BE(headerBytes), 200);
  const table = new Map<string, Buffer>();
  for (let index = 0; index < count; index++) {
    const at = headerBytes + 4 + index * 12;
    const start = profile.readUInt32BE(at + 4);
    const size = profile.readUInt32BE(at + 8);
    table.set(profile.toString('latin1', at, at + 4), profile.subarray(start, start + size));
  }
  return (name) => table.get(name) ?? null;
}

function isSrgb(space: string, tag: FindTag): boolean {
  if (space === 'GRAY') return hasSrgbCurve(tag('kTRC'));
  if (space !== 'RGB') return false;
  const primaries = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => xyzOf(tag(name)));
  const areSame = primaries.every((xyz, channel) =>
    xyz?.every((value, index) => Math.abs(value - (srgbPrimaries[channel]?.[index] ?? 0)) < primaryTolerance),
  );
  return areSame && ['rTRC', 'gTRC', 'bTRC'].every((name) => hasSrgbCurve(tag(name)));
}

function xyzOf(tag: Buffer | null): number[] | null {
  if (tag === null || tag.length < 20) return null;
  return [8, 12, 16].map((at) => tag.readInt32BE(at) / 65536);
}

function hasSrgbCurve(tag: Buffer | null): boolean {
  if (tag === null) return false;
  const curve = curveOf(tag);
  return (
    curve !== null &&
    [0.1, 0.25, 0.5, 0.75, 0.9].every((x) => Math.abs(curve(x) - toLinear(x)) < curveTolerance)
  );
}

const toLinear = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

/** A `curv` (a power, or points between which lines run) or a `para` (a power with a linear start) from 0..1 to 0..1. */
function curveOf(tag: Buffer): ((x: number) => number) | null {
  const kind = tag.toString('latin1', 0, 4);
  if (kind === 'curv') {
    const count = tag.readUInt32BE(8);
    if (count === 0) return (x) => x;
    if (count === 1) return (x) => x ** (tag.readUInt16BE(12) / 256);
    const point = (index: number): number => tag.readUInt16BE(12 + index * 2) / 65535;
    return (x) => {
      const at = x * (count - 1);
      const low = Math.min(Math.floor(at), count - 2);
      return point(low) + (at - low) * (point(low + 1) - point(low));
    };
  }
  if (kind !== 'para') return null;
  const lengths = [1, 3, 4, 5, 7];
  const length = lengths[tag.readUInt16BE(8)] ?? 0;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length },
    (_, index) => tag.readInt32BE(12 + index * 4) / 65536,
  );
  return (x) => (length <= 3 || x >= d ? (a * x + b) ** g + e : c * x + f);
}

/** From version 2 (`desc`, ASCII) or 4 (`mluc`, UTF-16 by language); printable, and short enough for a sentence. */
function nameOf(tag: Buffer | null): string | null {
  if (tag === null) return null;
  const isText = tag.toString('latin1', 0, 4) === 'desc';
  const length = tag.readUInt32BE(isText ? 8 : 20);
  const start = isText ? 12 : tag.readUInt32BE(24);
  const bytes = Buffer.from(tag.subarray(start, start + Math.min(length, 200)));
  const text = isText
    ? bytes.toString('latin1')
    : bytes
        .subarray(0, bytes.length & ~1)
        .swap16()
        .toString('utf16le');
  const name = text
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, '')
    .trim()
    .slice(0, 60);
  return name === '' ? null : name;
}
