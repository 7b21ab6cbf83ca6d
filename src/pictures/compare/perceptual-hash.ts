/**
 * A hash that changes little when a picture does: luma averaged to 32×32, its discrete cosine transform, and of the 8×8 lowest
 * frequencies whether each is above their median (Zauner, “Implementation and Benchmarking of Perceptual Image Hash Functions”, 2010).
 */
import { lumaOf } from './luma.ts';
import type { Pixels } from './pixels.ts';

const side = 32;
const kept = 8;

/** How many of 64 bits the hashes of two pictures differ in. */
export function perceptualDistance(a: Pixels, b: Pixels): number {
  const [one, other] = [perceptualHash(a), perceptualHash(b)];
  return one.filter((bit, index) => bit !== other[index]).length;
}

export function perceptualHash(picture: Pixels): boolean[] {
  const frequencies = lowestFrequencies(shrunk(picture));
  const sorted = frequencies.toSorted((a, b) => a - b);
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  return frequencies.map((value) => value > median);
}

/** The mean of each cell of a grid over the picture; pixels on a border count by their share. */
function shrunk(picture: Pixels): number[] {
  const { width, height } = picture;
  const luma = lumaOf(picture);
  const columns = sharesOf(width);
  const rows = sharesOf(height);
  return rows.flatMap((inRow) =>
    columns.map((inColumn) => {
      let sum = 0;
      for (const [y, tall] of inRow)
        for (const [x, wide] of inColumn) sum += (luma[y * width + x] ?? 0) * tall * wide;
      return sum;
    }),
  );
}

/** For each cell along a side, which pixels are in it and for how much of it. */
function sharesOf(pixels: number): [pixel: number, share: number][][] {
  const size = pixels / side;
  return Array.from({ length: side }, (_, cell) => {
    const [from, to] = [cell * size, (cell + 1) * size];
    const shares: [number, number][] = [];
    for (let pixel = Math.floor(from); pixel < Math.min(pixels, Math.ceil(to)); pixel += 1) {
      const covered = Math.min(to, pixel + 1) - Math.max(from, pixel);
      if (covered > 0) shares.push([pixel, covered / size]);
    }
    return shares;
  });
}

const cosines = Array.from({ length: kept }, (_, frequency) =>
  Array.from({ length: side }, (_, place) => Math.cos((Math.PI / side) * (place + 0.5) * frequency)),
);

function lowestFrequencies(values: readonly number[]): number[] {
  const rows = Array.from({ length: side }, (_, row) =>
    cosines.map((wave) =>
      wave.reduce((sum, cosine, place) => sum + cosine * (values[row * side + place] ?? 0), 0),
    ),
  );
  return cosines.flatMap((wave) =>
    Array.from({ length: kept }, (_, column) =>
      wave.reduce((sum, cosine, row) => sum + cosine * (rows[row]?.[column] ?? 0), 0),
    ),
  );
}
