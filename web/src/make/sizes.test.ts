import { expect, test } from 'vitest';
import { shapeOf, sizeNote, sizeOfShape, snapped } from './sizes.ts';

const rules = { divisor: 16, area: null, maximumArea: 2_000_000, width: 1024, height: 1024 };

test('shapes keep the area of the model and its divisor', () => {
  expect(sizeOfShape(1, rules)).toEqual({ width: 1024, height: 1024 });
  const wide = sizeOfShape(16 / 9, rules);
  expect([wide.width % 16, wide.height % 16]).toEqual([0, 0]);
  expect(Math.abs(wide.width * wide.height - 1024 * 1024) / (1024 * 1024)).toBeLessThan(0.03);
  expect(shapeOf(wide, rules)).toBe('16:9');
  expect(shapeOf({ width: 1000, height: 16 }, rules)).toBeNull();
});

test('sides are floored, and the page says so beforehand', () => {
  expect(snapped({ width: 1000, height: 10 }, rules)).toEqual({ width: 992, height: 16 });
  expect(sizeNote({ width: 1000, height: 1024 }, rules)).toEqual({
    text: '1000 becomes 992: a multiple of 16.',
    refused: false,
  });
  expect(sizeNote({ width: 1024, height: 1024 }, rules)).toBeNull();
});

test('more pixels than the model takes are refused', () => {
  expect(sizeNote({ width: 2048, height: 2048 }, rules)).toMatchObject({ refused: true });
});
