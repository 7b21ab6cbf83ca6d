import { expect, test } from 'vitest';
import { createResidentKeys } from './resident-keys.ts';

test('the least recently used goes when another is loaded over the limit', () => {
  const resident = createResidentKeys(2);
  resident.used('a');
  resident.used('b');
  resident.used('a');
  expect(resident.all()).toEqual(['b', 'a']);
  resident.loading('a');
  expect(resident.all()).toEqual(['b', 'a']);
  resident.loading('c');
  expect(resident.all()).toEqual(['a']);
  resident.used('c');
  expect(resident.all()).toEqual(['a', 'c']);
});

test('what is unloaded is gone, and everything with the process', () => {
  const resident = createResidentKeys(3);
  for (const key of ['a', 'b', 'c']) resident.used(key);
  resident.unloaded(['b', 'x']);
  expect(resident.all()).toEqual(['a', 'c']);
  resident.clear();
  expect(resident.all()).toEqual([]);
});
