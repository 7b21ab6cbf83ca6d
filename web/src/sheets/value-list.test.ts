import { describe, expect, test } from 'vitest';
import { listProblem, numberList, sizeList } from './value-list.ts';

describe('lists of values', () => {
  test.each([
    ['', [], []],
    ['0.6, 0.8  1', [0.6, 0.8, 1], []],
    ['-1; 2', [-1, 2], []],
    ['1, 1, 1', [1], []],
    ['42..45', [42, 43, 44, 45], []],
    ['45..42', [], ['45..42']],
    ['0..1000', [], ['0..1000']],
    ['0.6, x, 1e', [0.6], ['x', '1e']],
    ['9007199254740993', [], ['9007199254740993']],
    ['Infinity', [], ['Infinity']],
  ])('numbers in %j', (text, values, wrong) => {
    expect(numberList(text)).toEqual({ values, wrong });
  });

  test('sizes, as people write them', () => {
    expect(sizeList('768 × 1024, 512X512 64x')).toEqual({
      values: ['768x1024', '512x512'],
      wrong: ['64x'],
    });
  });

  test('the first that is none is named', () => {
    expect(listProblem(numberList('1, two, three'), 'number')).toBe('“two” is no number.');
    expect(listProblem(numberList('1'), 'number')).toBeNull();
  });
});
