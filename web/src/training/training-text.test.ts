import { expect, test } from 'vitest';
import { settingRows, smoothed } from './training-text.ts';

test('a constant curve stays as it is from the first point on', () => {
  for (const value of smoothed([2, 2, 2], 0.9)) expect(value).toBeCloseTo(2);
});

test('without weight nothing changes, and with it a jump is spread', () => {
  expect(smoothed([1, 5], 0)).toEqual([1, 5]);
  const [, second = 0] = smoothed([1, 5], 0.5);
  expect(second).toBeGreaterThan(1);
  expect(second).toBeLessThan(5);
});

test('settings stand beside those of another training, and differ only where both are there', () => {
  const settings = { steps: 40, rank: 16, layers: null };
  expect(settingRows(settings, null).some(({ differs }) => differs)).toBe(false);
  expect(settingRows(settings, { steps: 80, rank: 16, alpha: [1, 2] })).toEqual([
    { name: 'alpha', value: '—', other: '1, 2', differs: true },
    { name: 'layers', value: '—', other: '—', differs: false },
    { name: 'rank', value: '16', other: '16', differs: false },
    { name: 'steps', value: '40', other: '80', differs: true },
  ]);
});
