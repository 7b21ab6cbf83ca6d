import { expect, test } from 'vitest';
import { framesNote, snappedFrames } from './frames.ts';

const grid = { step: 4, offset: 1, countsAll: false, still: false };

test.each([
  [40, grid, 37],
  [41, grid, 41],
  [2, { ...grid, countsAll: true }, 1],
  [41, { ...grid, countsAll: true }, 41],
  [1, { ...grid, offset: 5, still: true }, 1],
  [24, { ...grid, step: 1, offset: 0 }, 24],
])('%d frames on %o are %d', (asked, on, made) => {
  expect(snappedFrames(asked, on)).toBe(made);
});

test('what becomes of them is said with the time that they last', () => {
  expect(framesNote(41, grid, 16)).toBe('2.6 s at 16 frames a second');
  expect(framesNote(40, grid, 16)).toBe('40 becomes 37: 4 × n + 1. 2.3 s at 16 frames a second');
});
