import { expect, test } from 'vitest';
import { amplified } from './amplified.ts';

const picture = (...bytes: number[]) => Uint8ClampedArray.from(bytes);

test('equal pictures are black, and nothing apart', () => {
  const { data, largest, share } = amplified(picture(1, 2, 3, 255), picture(1, 2, 3, 255), 16);
  expect([...data]).toEqual([0, 0, 0, 255]);
  expect([largest, share]).toEqual([0, 0]);
});

test('distances are multiplied and cut at white', () => {
  const one = picture(10, 0, 100, 255, 0, 0, 0, 255);
  const other = picture(0, 1, 0, 255, 0, 0, 1, 255);
  const { data, largest, share } = amplified(one, other, 4);
  expect([...data]).toEqual([40, 4, 255, 255, 0, 0, 4, 255]);
  expect([largest, share]).toEqual([100, 0.5]);
});
