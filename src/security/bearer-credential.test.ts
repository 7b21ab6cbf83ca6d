import { expect, test } from 'vitest';
import { bearerCredential } from './bearer-credential.ts';

test('only a bearer header carries a key', () => {
  expect(bearerCredential('Bearer abc')).toBe('abc');
  expect(bearerCredential('bearer  abc')).toBe('abc');
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'abc']) {
    expect(bearerCredential(header)).toBeNull();
  }
});
