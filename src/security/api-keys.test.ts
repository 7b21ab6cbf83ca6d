import { expect, test } from 'vitest';
import { bearerCredential, createApiKeys } from './api-keys.ts';

test('a known key is named by a part of its digest, an unknown one is not', () => {
  const keys = createApiKeys(['first-key', 'second-key']);
  expect(keys.required).toBe(true);
  const [first, second] = [keys.identify('first-key'), keys.identify('second-key')];
  expect(first).toMatch(/^key_[0-9a-f]{12}$/);
  expect(second).toMatch(/^key_[0-9a-f]{12}$/);
  expect(first).not.toBe(second);
  for (const wrong of ['first-ke', 'first-key ', '', 'FIRST-KEY']) expect(keys.identify(wrong)).toBeNull();
});

test('without keys none are required', () => {
  expect(createApiKeys([]).required).toBe(false);
});

test('only a bearer header carries a key', () => {
  expect(bearerCredential('Bearer abc')).toBe('abc');
  expect(bearerCredential('bearer  abc')).toBe('abc');
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'abc']) {
    expect(bearerCredential(header)).toBeNull();
  }
});
