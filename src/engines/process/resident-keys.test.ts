import { expect, test } from 'vitest';
import { createResidentKeys } from './resident-keys.ts';

test('what was used last stands last', () => {
  const resident = createResidentKeys();
  for (const key of ['a', 'b', 'a']) resident.used(key);
  expect(resident.all()).toEqual(['b', 'a']);
});

test('what is unloaded is gone, and everything with the process', () => {
  const resident = createResidentKeys();
  for (const key of ['a', 'b', 'c']) resident.used(key);
  resident.unloaded(['b', 'x']);
  expect(resident.all()).toEqual(['a', 'c']);
  resident.clear();
  expect(resident.all()).toEqual([]);
});
