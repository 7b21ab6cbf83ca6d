/**
 * The structural similarity index of Wang, Bovik, Sheikh and Simoncelli (2004), as they compute it: on luma, with a Gaussian window of
 * 11×11 and a deviation of 1.5, K1 = 0.01, K2 = 0.03, and population variances; the mean over all places where the window fits.
 */
import { lumaOf } from './luma.ts';
import type { Pixels } from './pixels.ts';

const radius = 5;
const deviation = 1.5;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;
const window = gaussian();

/** At most 1, which is for equal pictures. One that is smaller than the window is compared as a whole. */
export function ssim(a: Pixels, b: Pixels): number {
  const { width, height } = a;
  const [x, y] = [lumaOf(a), lumaOf(b)];
  if (width < window.length || height < window.length) return similarity(moments(x, y));
  const products = (one: Float64Array, other: Float64Array): Float64Array =>
    one.map((value, index) => value * (other[index] ?? 0));
  const blurred = (plane: Float64Array): Float64Array => blur(plane, width, height);
  const [meanX, meanY] = [blurred(x), blurred(y)];
  const [xx, yy, xy] = [blurred(products(x, x)), blurred(products(y, y)), blurred(products(x, y))];
  let sum = 0;
  for (let index = 0; index < meanX.length; index += 1) {
    const [mx = 0, my = 0] = [meanX[index], meanY[index]];
    sum += similarity({
      meanX: mx,
      meanY: my,
      varianceX: (xx[index] ?? 0) - mx * mx,
      varianceY: (yy[index] ?? 0) - my * my,
      covariance: (xy[index] ?? 0) - mx * my,
    });
  }
  return sum / meanX.length;
}

interface Moments {
  meanX: number;
  meanY: number;
  varianceX: number;
  varianceY: number;
  covariance: number;
}

const similarity = ({ meanX, meanY, varianceX, varianceY, covariance }: Moments): number =>
  ((2 * meanX * meanY + c1) * (2 * covariance + c2)) /
  ((meanX * meanX + meanY * meanY + c1) * (varianceX + varianceY + c2));

function moments(x: Float64Array, y: Float64Array): Moments {
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const [dx, dy] = [x.map((value) => value - meanX), y.map((value) => value - meanY)];
  const product = (one: Float64Array, other: Float64Array): number =>
    mean(one.map((value, index) => value * (other[index] ?? 0)));
  return {
    meanX,
    meanY,
    varianceX: product(dx, dx),
    varianceY: product(dy, dy),
    covariance: product(dx, dy),
  };
}

function gaussian(): number[] {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Where the whole window fits: rows first, then columns. */
function blur(plane: Float64Array, width: number, height: number): Float64Array {
  const across = width - 2 * radius;
  const down = height - 2 * radius;
  const rows = new Float64Array(across * height);
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < across; column += 1)
      rows[row * across + column] = weighted(plane, row * width + column, 1);
  const result = new Float64Array(across * down);
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1)
      result[row * across + column] = weighted(rows, row * across + column, across);
  return result;
}

function weighted(values: Float64Array, start: number, stride: number): number {
  let sum = 0;
  for (let tap = 0; tap < window.length; tap += 1)
    sum += (values[start + tap * stride] ?? 0) * (window[tap] ?? 0);
  return sum;
}
