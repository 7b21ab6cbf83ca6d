import { is, Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Database } from './database.ts';
import { rowsOf } from './read-rows.ts';

/** Text as Postgres reads the type of its place, or null. */
export type StatementValue = string | null;

/** Runs the statement with a value for each of its placeholders, by name. Answers as the driver does, with `rows`. */
export type PreparedStatement = (values: Readonly<Record<string, StatementValue>>) => Promise<unknown>;

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
  return async (database, values) => {
    const run = prepared.get(database) ?? database.prepare(build());
    prepared.set(database, run);
    return rowsOf(await run(values), row);
  };
}

/** Rows of which nothing is asked for but how many there are. */
export const anyRow = z.unknown();

/**
 * A statement with `sql.placeholder`s as text with `$1`, `$2`…, and what puts values into their order. Throws when one is
 * missing.
 */
export function statementText(statement: SQL): {
  text: string;
  order: (values: Readonly<Record<string, StatementValue>>) => StatementValue[];
} {
  const { sql: text, params } = new PgDialect().sqlToQuery(statement);
  return {
    text,
    order: (values) =>
      params.map((param) => {
        if (!is(param, Placeholder)) return String(param);
        const value = values[param.name];
        if (value === undefined) throw new Error(`The statement needs a value for ${param.name}.`);
        return value;
      }),
  };
}

/**
 * A value inside of a statement's text. Backslashes mean nothing there (`standard_conforming_strings`, on in every Postgres
 * of today unless it is switched off), so a quote is all that could end it.
 */
export function literal(value: StatementValue): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`;
}
