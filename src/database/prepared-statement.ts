import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from './database.ts';
import { answerOf } from './read-rows.ts';
import type { PreparedStatement, StatementValue } from './statement-text.ts';

/** Runs a statement on a database, with a value for each of its placeholders, and answers with its rows. */
export type RunStatement<Row> = (
  database: Pick<Database, 'prepare'>,
  values: Readonly<Record<string, StatementValue>>,
) => Promise<Row[]>;

/**
 * A statement that is prepared on each database when it is first run there. Not for use inside of a transaction. What comes
 * back is checked by `row`: instants are dates, 64-bit numbers are text.
 */
export function preparedStatement<Row>(build: () => SQL, row: z.ZodType<Row>): RunStatement<Row> {
  const prepared = new WeakMap<object, PreparedStatement>();
  const answer = answerOf(row);
  return async (database, values) => {
    const run = prepared.get(database) ?? database.prepare(build());
    prepared.set(database, run);
    return answer.parse(await run(values)).rows;
  };
}

/** Rows of which nothing is asked for but how many there are. */
export const anyRow = z.unknown();
