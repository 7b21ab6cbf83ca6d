import { expect, test } from 'vitest';
import { dayText, gridRows, gridStep } from './rows.ts';

const at = (day: number, id: number) => ({ created_at: new Date(2026, 0, day, 12).toISOString(), id });

test('each day begins a row of its own', () => {
  const rows = gridRows([at(3, 1), at(3, 2), at(3, 3), at(2, 4)], 2);
  expect(rows.map((row) => (row.kind === 'day' ? 'day' : row.items.map(({ id }) => id)))).toEqual([
    'day',
    [1, 2],
    [3],
    'day',
    [4],
  ]);
  expect(rows.flatMap((row) => (row.kind === 'pictures' ? [row.first] : []))).toEqual([0, 2, 3]);
});

test('days near now have names', () => {
  const now = new Date(2026, 0, 3, 1);
  expect(dayText(new Date(2026, 0, 3, 0, 30).toISOString(), now)).toBe('Today');
  expect(dayText(new Date(2026, 0, 2, 23).toISOString(), now)).toBe('Yesterday');
  expect(dayText(new Date(2025, 0, 2).toISOString(), now)).toContain('2025');
});

test('arrows stay inside the grid', () => {
  expect(gridStep('ArrowDown', 1, 3, 10)).toBe(4);
  expect(gridStep('ArrowUp', 1, 3, 10)).toBe(0);
  expect(gridStep('End', 1, 3, 10)).toBe(9);
  expect(gridStep('a', 1, 3, 10)).toBeNull();
});
