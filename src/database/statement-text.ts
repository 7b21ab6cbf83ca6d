import { is, Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

/** Text as Postgres reads the type of its place, or null. */
export type StatementValue = string | null;

/** Runs the statement with a value for each of its placeholders, by name. Answers as the driver does, with `rows`. */
export type PreparedStatement = (values: Readonly<Record<string, StatementValue>>) => Promise<unknown>;

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
