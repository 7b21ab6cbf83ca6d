import { expect, test } from 'vitest';
import { storageFull } from './storage-full.ts';

const withCode = (code: string, cause?: unknown): Error =>
  Object.assign(new Error(code, { cause }), { code });

test.each([
  ['of the file system', withCode('ENOSPC')],
  ['of a quota', withCode('EDQUOT')],
  ['of Postgres, inside what drizzle throws', new Error('Failed query', { cause: withCode('53100') })],
])('a full disk %s is told as such', (_name, error) => {
  expect(storageFull(error)).toMatchObject({ code: 'STORAGE_FULL', cause: error });
});

test.each([[withCode('EACCES')], [new Error('no space')], ['ENOSPC'], [null]])('%s is none', (error) => {
  expect(storageFull(error)).toBeNull();
});
