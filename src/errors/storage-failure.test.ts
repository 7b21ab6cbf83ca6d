import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { DarkroomError } from './darkroom-error.ts';
import { storageFailure } from './storage-failure.ts';

const withCode = (code: string, cause?: unknown): Error =>
  Object.assign(new Error(code, { cause }), { code });

test.each([
  ['of the file system', withCode('ENOSPC')],
  ['of a quota', withCode('EDQUOT')],
  ['of Postgres, inside what drizzle throws', new Error('Failed query', { cause: withCode('53100') })],
])('a full disk %s is told as such', (_name, error) => {
  expect(storageFailure(error)).toMatchObject({ code: 'STORAGE_FULL', cause: error });
});

test.each([[withCode('EACCES')], [new Error('no space')], ['ENOSPC'], [null]])('%s is none', (error) => {
  expect(storageFailure(error)).toBeNull();
});

const answered = (code: string): Error => Object.assign(new Error(code), { code, severity: 'FATAL' });
const query = (cause: Error): Error => new DrizzleQueryError('select 1', [], cause);

test.each([
  ['shuts down', query(answered('57P01'))],
  ['starts up', answered('57P03')],
  ['breaks a connection off', query(new Error('Connection terminated unexpectedly'))],
  ['resets a connection', query(Object.assign(new Error('read ECONNRESET'), { syscall: 'read' }))],
  [
    'is not there',
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' }),
  ],
])('a database that %s is away', (_name, error) => {
  expect(storageFailure(error)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true });
});

test.each([
  ['a statement that is wrong', query(answered('42601'))],
  ['a job that cannot be', answered('23505')],
  ['a host of something else', new DarkroomError('STORAGE_UNAVAILABLE', 'no', { cause: answered('57P01') })],
])('%s is not', (_name, error) => {
  expect(storageFailure(error)).toBeNull();
});
