import { expect, test } from 'vitest';
import { basicOrBearerForm } from './credential.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  ['a key and its secret', basic('key:dk_secret'), 'dk_secret'],
  ['any name', basic(':dk_secret'), 'dk_secret'],
  ['colons in the key', basic('key:a:b'), 'a:b'],
  ['letters beyond ASCII', basic('key:clé'), 'clé'],
  ['another case and more spaces', basic('key:dk').replace('Basic ', 'bAsIc   '), 'dk'],
  ['a bearer', 'Bearer dk_secret', 'dk_secret'],
  ['no colon', basic('dk_secret'), null],
  ['no key', basic('key:'), null],
  ['no base64', 'Basic {}', null],
  ['nothing', 'Basic ', null],
  ['another scheme', 'Digest abc', null],
])('%s', (_, header, key) => {
  expect(basicOrBearerForm.read(header)).toBe(key);
});
