import { DrizzleQueryError } from 'drizzle-orm';
import pino from 'pino';
import { expect, test } from 'vitest';
import { logOptions } from './log-options.ts';

function logged(error: unknown): string {
  const lines: string[] = [];
  pino(logOptions, { write: (line: string) => void lines.push(line) }).error({ err: error }, 'it failed');
  return lines.join('');
}

test('an error of a statement is logged without the values, wherever it carries them', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (prompt)=(a s3cret apple) already exists.',
    params: ['a s3cret apple'],
  });
  const line = logged(new DrizzleQueryError('insert into jobs values ($1)', ['a s3cret apple'], cause));
  expect(line).not.toContain('s3cret');
  for (const part of ['insert into jobs', 'duplicate key', '23505', 'log-options.test.ts'])
    expect(line).toContain(part);
});

test('a message of any length makes a line of bounded length', () => {
  expect(logged(new Error('x'.repeat(1_000_000))).length).toBeLessThan(10_000);
});

test('what is thrown and is no error is logged as it is', () => {
  expect(logged('gone')).toContain('"err":"gone"');
});
