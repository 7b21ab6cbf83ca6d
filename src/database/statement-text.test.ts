import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Database } from './database.ts';
import { openMemoryDatabase } from './open-database.ts';
import { rowsOf } from './read-rows.ts';

let database: Database;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());

const echo = sql`select ${sql.placeholder('one')}::text as one, ${'fixed'}::text as fixed, ${sql.placeholder('two')}::text as two`;
const row = z.object({ one: z.string().nullable(), fixed: z.literal('fixed'), two: z.string().nullable() });

test('any values come back as they went in, whatever quotes and backslashes they hold', async () => {
  const run = database.prepare(echo);
  const storable = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
  const odd = fc.constantFrom(null, '', "'", "''", "\\'", "'); drop table jobs; --", '$1', 'null', "E'\\n'");
  const value = fc.oneof(storable, odd);
  await fc.assert(
    fc.asyncProperty(value, value, async (one, two) => {
      expect(rowsOf(await run({ one, two }), row)).toEqual([{ one, fixed: 'fixed', two }]);
    }),
    { numRuns: 100 },
  );
});

test('a value that is missing is an error, not a null', async () => {
  await expect(database.prepare(echo)({ one: 'x' })).rejects.toThrow('needs a value for two');
});

test('a statement that cannot be planned yet works when it can', async () => {
  const count = database.prepare(
    sql`select count(*)::text as count from late where name = ${sql.placeholder('name')}`,
  );
  await expect(count({ name: 'a' })).rejects.toThrow('late');
  await database.queries.execute(sql`create table late (name text)`);
  expect(rowsOf(await count({ name: 'a' }), z.object({ count: z.string() }))).toEqual([{ count: '0' }]);
});
