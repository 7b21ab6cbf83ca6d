/** The tables of trainings. How one stands (queued, running, …) is in its row of `jobs`. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, texts } from './columns.ts';
import { models, modelVersions } from './model-schema.ts';
import { blobs } from './registry-schema.ts';
import { jobs } from './schema.ts';

export const trainings = pgTable(
  'trainings',
  {
    job: text()
      .primaryKey()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    model: text()
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    /** That it writes; null until its first epoch. */
    version: text().references(() => modelVersions.id, { onDelete: 'set null' }),
    engine: text().notNull(),
    dialect: text().notNull(),
    /** What the client sent, without secrets. */
    sent: json(),
    request: json().notNull(),
    step: integer().notNull().default(0),
    total: integer().notNull(),
    loss: doublePrecision(),
    secondsPerStep: doublePrecision('sec_per_step'),
    /** Step of the newest state on disk. */
    stateStep: integer('state_step'),
    /** Paused by a person. */
    held: boolean().notNull().default(false),
    /** When an epoch besides those planned was last asked for. */
    saveAskedAt: moment('save_asked_at'),
    /** Where its state lies. */
    machine: text(),
    /** When it ended in whatever way; null while it is open. Set by a trigger on `jobs`, with the status of the model. */
    endedAt: moment('ended_at'),
  },
  (table) => [
    check('trainings_steps', sql`${table.step} >= 0 and ${table.total} >= 1`),
    index('trainings_model').on(table.model, table.job),
    index('trainings_machine').on(table.machine),
    uniqueIndex('trainings_open').on(table.model).where(sql`${table.endedAt} is null`),
  ],
);

/** The training set as it was when the training began. */
export const trainingItems = pgTable(
  'training_items',
  {
    training: text()
      .notNull()
      .references(() => trainings.job, { onDelete: 'cascade' }),
    position: integer().notNull(),
    blob: text()
      .notNull()
      .references(() => blobs.sha256),
    caption: text().notNull(),
    /** SHA-256 of its control pictures. */
    controls: texts().notNull(),
    repeats: integer().notNull().default(1),
    width: integer().notNull(),
    height: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.training, table.position] }),
    check('training_items_size', sql`${table.width} > 0 and ${table.height} > 0 and ${table.repeats} >= 1`),
    index('training_items_blob').on(table.blob),
  ],
);

/** The curve of the loss, thinned to what a chart can show. */
export const trainingPoints = pgTable(
  'training_points',
  {
    training: text()
      .notNull()
      .references(() => trainings.job, { onDelete: 'cascade' }),
    step: integer().notNull(),
    loss: doublePrecision().notNull(),
    learningRate: doublePrecision('lr').notNull(),
  },
  (table) => [primaryKey({ columns: [table.training, table.step] })],
);
