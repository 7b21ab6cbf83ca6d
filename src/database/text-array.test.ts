import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openMemoryDatabase } from './open-database.ts';
import { readRows } from './read-rows.ts';
import { textArray } from './text-array.ts';

test('any texts come back from the database as they went in', async () => {
  const { queries, close } = await openMemoryDatabase();
  const storable = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
  const odd = fc.constantFrom(
    null,
    '',
    'NULL',
    'null',
    '{}',
    '"',
    '\\',
    '\\"',
    ',',
    ' a ',
    '{"a":"\\"b\\""}',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(storable, odd), { maxLength: 8 }), async (texts) => {
      const rows = await readRows(
        queries,
        sql`select text from unnest(${textArray(texts)}::text[]) with ordinality as given (text, place) order by place`,
        z.object({ text: z.string().nullable() }),
      );
      expect(rows.map(({ text }) => text)).toEqual(texts);
    }),
    { numRuns: 60 },
  );
  await close();
});
