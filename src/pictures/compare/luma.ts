import type { Pixels } from './pixels.ts';

/** Brightness of each pixel, 0 to 255, by the weights of ITU-R BT.601. */
export function lumaOf({ data }: Pixels): Float64Array {
  const luma = new Float64Array(data.length / 3);
  for (let pixel = 0; pixel < luma.length; pixel += 1) {
    const at = pixel * 3;
    luma[pixel] = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  }
  return luma;
}
