import { expect, test } from 'vitest';
import { jsonExcess } from './json-limits.ts';

const limits = { maxDepth: 3, maxValues: 4 };
const excess = (text: string) => jsonExcess(Buffer.from(text), limits);

test('depth counts objects and lists inside each other', () => {
  expect(excess('[[[1]]]')).toBeNull();
  expect(excess('[{"a":[1]},{"b":[2]}]')).toBeNull();
  expect(excess('[[[[1]]]]')).toBe('depth');
  expect(excess('{"a":{"b":{"c":{"d":1}}}}')).toBe('depth');
});

test('values are counted wherever they are', () => {
  expect(excess('[1,2,3,4,5]')).toBeNull();
  expect(excess('[1,2,3,4,5,6]')).toBe('values');
  expect(excess('{"a":[1,2],"b":[3,4],"c":5,"d":6}')).toBe('values');
});

test('what is inside of a string does not count, however it is quoted', () => {
  expect(excess('["[[[[[[,,,,,,"]')).toBeNull();
  expect(excess(String.raw`["a\"[[[[[[,,,,,,"]`)).toBeNull();
  expect(excess(String.raw`["a\\\"[[[[[["]`)).toBeNull();
  expect(excess(String.raw`["a\\",[[[[1]]]]]`)).toBe('depth');
});

test('a string that does not end is not searched for ever', () => {
  expect(excess('["abc')).toBeNull();
});
