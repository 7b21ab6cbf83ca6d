import { expect, test } from 'vitest';
import { parseJsonBody } from './json-body.ts';

const parse = (text: string | Buffer) => parseJsonBody(Buffer.from(text));

test('JSON is parsed, with a byte order mark or without, and nothing is undefined', () => {
  expect(parse('{"a":[1,"ü🦊"]}')).toEqual({ a: [1, 'ü🦊'] });
  expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  expect(parse('')).toBeUndefined();
});

test.each([
  ['{"a":', 'ends too early'],
  ['{"a":1} trailing', 'position 8'],
  ["{'a':1}", 'position 1'],
  ['{"a":NaN}', 'unexpected N'],
  ['<html>', 'unexpected <'],
  ['{"__proto__":{"x":1}}', '__proto__'],
  ['{"a":{"\\u005f_proto__":{"x":1}}}', '__proto__'],
  ['['.repeat(100_000), '32 levels'],
  [`[${'0,'.repeat(60_000)}0]`, '50000 values'],
])('%.40s is refused with the reason', (text, reason) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  expect(() => parse(text)).toThrow(reason);
});

test('bytes that are not UTF-8 are refused', () => {
  expect(() => parse(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toThrow('UTF-8');
});

test('the message repeats nothing of the body', () => {
  expect(() => parse('{"hf_token": hf_secret')).not.toThrow('hf_secret');
});
