import { expect, test } from 'vitest';
import { parseByteRange } from './byte-range.ts';

test.each([
  ['bytes=0-99', 0, 99],
  ['bytes=900-', 900, 999],
  ['bytes=-100', 900, 999],
  ['bytes=-5000', 0, 999],
  ['bytes=990-5000', 990, 999],
  ['bytes=0-0', 0, 0],
  ['bytes = 5 - 6', 5, 6],
])('%s of 1000 bytes is %i to %i', (header, start, end) => {
  expect(parseByteRange(header, 1000)).toEqual({ kind: 'part', start, end });
});

test.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=a-b',
  'bytes=5-1',
  'lines=0-5',
  'bytes=0-1,5-6',
  'bytes=-1-',
])('%s is answered with the whole file', (header) => {
  expect(parseByteRange(header, 1000)).toEqual({ kind: 'whole' });
});

test.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('%s of 1000 bytes is not there', (header) => {
  expect(parseByteRange(header, 1000)).toEqual({ kind: 'unsatisfiable' });
});
