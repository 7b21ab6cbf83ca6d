/** The tables of contact sheets. What has become of a cell is in the rows of its request and its output. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

export const sheets = pgTable(
  'sheets',
  {
    id: text().primaryKey(),
    /** Order of acceptance: the cursor of lists. */
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    dialect: text().notNull(),
    /** Of the key that sent it. */
    project: text().notNull(),
    keyId: text('key_id'),
    model: text().notNull(),
    /** What the client sent, with the seeds that were drawn for it, without secrets. Extending it goes on from here. */
    request: json().notNull(),
    /** Axes with their labels, and where they stand in the picture. */
    axes: json().notNull(),
    layout: json().notNull(),
    warnings: json().notNull(),
    /** Whether the rest is canceled when a cell fails. */
    stopsOnError: boolean('stops_on_error').notNull(),
    /** Counts changes of its cells, so that two at the same moment cannot both be made. */
    revision: integer().notNull().default(1),
    idempotencyKey: text('idempotency_key'),
    bodyHash: text('body_hash'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('sheets_number').on(table.number),
    uniqueIndex('sheets_idempotency').on(sql`coalesce(${table.keyId}, '')`, table.idempotencyKey),
  ],
);

export const sheetCells = pgTable(
  'sheet_cells',
  {
    sheet: text()
      .notNull()
      .references(() => sheets.id, { onDelete: 'cascade' }),
    /** Index of its value on each axis, joined by commas. */
    place: text().notNull(),
    /** Equal for cells of one picture: `render/recipe-key.ts`. */
    recipeKey: text('recipe_key').notNull(),
    /** The request that renders it. Not a foreign key: retention removes requests, and their cells can be rendered again. */
    job: text().notNull(),
    output: integer().notNull(),
    /** The picture was there before the sheet. */
    reused: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sheet, table.place] }), index('sheet_cells_job').on(table.job)],
);
