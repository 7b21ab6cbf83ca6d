import { expect, test } from 'vitest';
import { smoothed } from './training-text.ts';

test('a constant curve stays as it is from the first point on', () => {
  for (const value of smoothed([2, 2, 2], 0.9)) expect(value).toBeCloseTo(2);
});

test('without weight nothing changes, and with it a jump is spread', () => {
  expect(smoothed([1, 5], 0)).toEqual([1, 5]);
  const [, second = 0] = smoothed([1, 5], 0.5);
  expect(second).toBeGreaterThan(1);
  expect(second).toBeLessThan(5);
});
