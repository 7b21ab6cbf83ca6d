import { expect, test } from 'vitest';
import { parseJsonBody } from './json-body.ts';

const parse = (text: string | Buffer) => parseJsonBody(Buffer.from(text));

test('JSON is parsed, with a byte order mark or without, and nothing is undefined', () => {
  expect(parse('{"a":[1,"ü🦊"]}')).toEqual({ a: [1, 'ü🦊'] });
  expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  expect(parse('')).toBeUndefined();
});

test.each([
  ['a piece', '{"a":', 'ends too early'],
  ['more than one value', '{"a":1} trailing', 'position 8'],
  ['single quotes', "{'a':1}", 'position 1'],
  ['NaN', '{"a":NaN}', 'unexpected N'],
  ['a page', '<html>', 'unexpected <'],
  ['a prototype', '{"__proto__":{"x":1}}', '__proto__'],
  ['an escaped prototype', '{"a":{"\\u005f_proto__":{"x":1}}}', '__proto__'],
  ['endless nesting', '['.repeat(100_000), '32 levels'],
  ['an endless list', `[${'0,'.repeat(60_000)}0]`, '50000 values'],
])('%s is refused with the reason', (_, text, reason) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  expect(() => parse(text)).toThrow(reason);
});

test('bytes that are not UTF-8 are refused', () => {
  expect(() => parse(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toThrow('UTF-8');
});

test('the message repeats nothing of the body', () => {
  expect(() => parse('{"hf_token": hf_secret')).not.toThrow('hf_secret');
});
