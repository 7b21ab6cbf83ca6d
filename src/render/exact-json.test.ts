import { expect, test } from 'vitest';
import { parseExactJson, writtenNumber } from './exact-json.ts';
import { chooseSeed, toSeed } from './seed.ts';

test.each([
  ['42', 42],
  ['-1', -1],
  ['0.5', 0.5],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', 9007199254740993n],
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775809', -9223372036854775809n],
  ['9e18', 9_000_000_000_000_000_000n],
  ['1e400', Number.POSITIVE_INFINITY],
  [`1${'0'.repeat(100)}`, 1e100],
  ['"9007199254740993"', '9007199254740993'],
])('%s is read as it is written', (text, value) => {
  expect(parseExactJson(text)).toBe(value);
  expect(parseExactJson(`{"a": [${text}]}`)).toEqual({ a: [value] });
});

test('a seed keeps its digits from one JSON text to another', () => {
  for (const text of ['0', '42', '9007199254740992', '9223372036854775807']) {
    const value = parseExactJson(text);
    if (typeof value !== 'number' && typeof value !== 'bigint') throw new Error('a number was expected');
    const stored: unknown = JSON.parse(JSON.stringify({ seed: toSeed(value) }));
    expect(stored).toEqual({ seed: toSeed(value) });
    expect(JSON.stringify(writtenNumber(toSeed(value)))).toBe(text);
    expect(chooseSeed(toSeed(value), 42, 0, () => 7)).toBe(toSeed(value));
  }
});
