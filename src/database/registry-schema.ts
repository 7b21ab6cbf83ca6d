/**
 * The tables of projects, and of the files, pictures and uploads that they own. Models are in `model-schema.ts`.
 *
 * Blobs never change once they are written. A row that names one is written after its file is whole and on disk.
 *
 * Ids of projects, models, assets and uploads are ULIDs in lower case behind `proj_`, `model_`, `asset_` and `upload_`.
 */
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { isOneOf, moment } from './columns.ts';

export const privacies = ['private', 'unlisted', 'public'] as const;
export const assetKinds = ['image', 'video'] as const;
export const assetSources = ['uploaded', 'imported', 'rendered', 'sampled'] as const;
export const uploadStates = ['open', 'checking', 'done', 'failed'] as const;

export const projects = pgTable(
  'projects',
  {
    id: text().primaryKey(),
    /** First part of the names of its models: `<handle>/<slug>`. */
    handle: text().notNull().unique(),
    name: text().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [check('projects_handle', sql`${table.handle} ~ '^[a-z0-9]+([._-]+[a-z0-9]+)*$'`)],
);

/** Files of the file store that rows of the registry name, `blobs/<sha256>`. */
export const blobs = pgTable(
  'blobs',
  {
    sha256: text().primaryKey(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mime: text().notNull(),
    /** When it was put, or last put again: what is younger than a day is not swept. */
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    check('blobs_sha256', sql`${table.sha256} ~ '^[0-9a-f]{64}$'`),
    check('blobs_bytes', sql`${table.bytes} > 0`),
    index('blobs_created').on(table.createdAt),
  ],
);

/** Pictures and clips. */
export const assets = pgTable(
  'assets',
  {
    id: text().primaryKey(),
    project: text()
      .notNull()
      .references(() => projects.id),
    blob: text()
      .notNull()
      .references(() => blobs.sha256),
    kind: text({ enum: assetKinds }).notNull(),
    name: text().notNull(),
    width: integer(),
    height: integer(),
    /** Of a clip, in seconds. */
    duration: doublePrecision(),
    /** What a person wrote about it: the caption of a training image. */
    description: text().notNull().default(''),
    autoCaption: text('auto_caption'),
    source: text({ enum: assetSources }).notNull(),
    metadata: json(),
    parent: text().references((): AnyPgColumn => assets.id, { onDelete: 'set null' }),
    /** The job that made it, which retention may have removed since, and which of its outputs it is. */
    job: text(),
    outputIndex: integer('output_index'),
    /** Left out of lists. */
    hidden: boolean().notNull().default(false),
    privacy: text({ enum: privacies }).notNull().default('private'),
    /** Id of the key that added it. */
    author: text(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    check('assets_kind', isOneOf(table.kind, assetKinds)),
    check('assets_source', isOneOf(table.source, assetSources)),
    check('assets_privacy', isOneOf(table.privacy, privacies)),
    check(
      'assets_size',
      sql`(${table.width} is null) = (${table.height} is null) and ${table.width} > 0 and ${table.height} > 0`,
    ),
    index('assets_listed').on(table.project, table.createdAt, table.id),
    index('assets_blob').on(table.blob),
    index('assets_job').on(table.job),
  ],
);

export const assetTags = pgTable(
  'asset_tags',
  {
    asset: text()
      .notNull()
      .references(() => assets.id, { onDelete: 'cascade' }),
    tag: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.asset, table.tag] }), index('asset_tags_tag').on(table.tag)],
);

/** Files on their way in, whole or in parts. */
export const uploads = pgTable(
  'uploads',
  {
    id: text().primaryKey(),
    project: text()
      .notNull()
      .references(() => projects.id),
    /** What it becomes: a model, an image, an archive, … */
    kind: text().notNull(),
    state: text({ enum: uploadStates }).notNull(),
    name: text().notNull(),
    /** Of the whole file, as far as it was said. */
    bytes: bigint({ mode: 'number' }),
    /** Parts that have arrived. */
    parts: json().notNull(),
    blob: text().references(() => blobs.sha256),
    /** Id of the asset or model that it became. */
    entity: text(),
    /** Why it failed. */
    error: json(),
    /** What else a dialect keeps of it. */
    facts: json(),
    author: text(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    check('uploads_state', isOneOf(table.state, uploadStates)),
    index('uploads_expiry').on(table.expiresAt),
    index('uploads_blob').on(table.blob),
  ],
);
