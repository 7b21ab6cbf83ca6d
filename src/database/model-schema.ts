/**
 * The tables of models, with their versions and epochs, training sets and examples.
 *
 * Versions and epochs never change once they are written. What may change are pointers (`current_version`, `pinned_epoch`,
 * `thumbnail`), texts, privacy and the rows of a training set.
 */
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { isOneOf, moment } from './columns.ts';
import { assets, blobs, privacies, projects } from './registry-schema.ts';

export const modelKinds = ['lora', 'composition'] as const;
export const modelStatuses = ['new', 'training', 'trained', 'failed', 'training-canceled'] as const;
export const modelSources = ['created', 'file', 'url', 'huggingface', 'civitai', 'ai-toolkit'] as const;
export const versionOrigins = ['trained', 'imported', 'copied'] as const;
export const epochParts = ['main', 'high', 'low'] as const;

export const models = pgTable(
  'models',
  {
    id: text().primaryKey(),
    project: text()
      .notNull()
      .references(() => projects.id),
    slug: text().notNull(),
    name: text().notNull(),
    kind: text({ enum: modelKinds }).notNull(),
    /** Id of the base model in the catalog; null until it is chosen. */
    base: text(),
    /** What a dialect calls the type, where one model id has several. */
    type: text(),
    status: text({ enum: modelStatuses }).notNull(),
    privacy: text({ enum: privacies }).notNull().default('private'),
    source: text({ enum: modelSources }).notNull(),
    /** Where it was imported from. */
    sourceUrl: text('source_url'),
    trigger: text(),
    /** What it is to be trained with, as a dialect understands it. */
    parameters: json(),
    /** Texts that are put before every prompt, and before every negative one. */
    promptEmbedding: text('prompt_embedding').notNull().default(''),
    negativePromptEmbedding: text('negative_prompt_embedding').notNull().default(''),
    shortDescription: text('short_description').notNull().default(''),
    /** Markdown. */
    description: text().notNull().default(''),
    /** Pages about it elsewhere, as a dialect names them. */
    links: json(),
    thumbnail: text().references(() => assets.id, { onDelete: 'set null' }),
    currentVersion: text('current_version').references((): AnyPgColumn => modelVersions.id),
    /** Number of an epoch of the current version; null: its last. */
    pinnedEpoch: integer('pinned_epoch'),
    /** Model that it is a copy of. */
    parent: text().references((): AnyPgColumn => models.id, { onDelete: 'set null' }),
    author: text(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    check('models_slug', sql`${table.slug} ~ '^[a-z0-9]+([._-]+[a-z0-9]+)*$'`),
    check('models_kind', isOneOf(table.kind, modelKinds)),
    check('models_status', isOneOf(table.status, modelStatuses)),
    check('models_privacy', isOneOf(table.privacy, privacies)),
    check('models_source', isOneOf(table.source, modelSources)),
    check(
      'models_trained',
      sql`${table.status} <> 'trained' or (${table.base} is not null and (${table.kind} = 'composition' or ${table.currentVersion} is not null))`,
    ),
    check('models_pinned', sql`${table.pinnedEpoch} is null or ${table.currentVersion} is not null`),
    foreignKey({
      name: 'models_pinned_epoch',
      columns: [table.currentVersion, table.pinnedEpoch],
      foreignColumns: [epochs.version, epochs.number],
    }),
    uniqueIndex('models_name').on(table.project, table.slug).where(sql`${table.deletedAt} is null`),
    index('models_listed').on(table.project, table.status, table.createdAt, table.id),
    index('models_public').on(table.privacy, table.updatedAt),
  ],
);

/** LoRAs that a composition stacks, in order. */
export const modelConcepts = pgTable(
  'model_concepts',
  {
    composition: text()
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    model: text()
      .notNull()
      .references(() => models.id),
    /** Null: the current one, whatever that is. */
    version: text().references(() => modelVersions.id),
    epoch: integer(),
    scale: doublePrecision().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.composition, table.position] }),
    check('model_concepts_scale', sql`${table.scale} between -2 and 2`),
    check('model_concepts_nested', sql`${table.composition} <> ${table.model}`),
    check('model_concepts_position', sql`${table.position} >= 0`),
    index('model_concepts_model').on(table.model),
  ],
);

export const modelVersions = pgTable(
  'model_versions',
  {
    /** SHA-256 in hex: see `versionId`. */
    id: text().primaryKey(),
    model: text()
      .notNull()
      .references((): AnyPgColumn => models.id, { onDelete: 'cascade' }),
    /** Counts from 1 within the model. */
    number: integer().notNull(),
    /** Job that trained it. */
    training: text(),
    origin: text({ enum: versionOrigins }).notNull(),
    /** Key of the pipeline of its base model. */
    baseKey: text('base_key').notNull(),
    /** What it was trained with, as far as that is known. */
    request: json(),
    trigger: text(),
    createdAt: moment('created_at').notNull(),
    /** When it first became the current one; null for one whose training has not succeeded. */
    publishedAt: moment('published_at'),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    check('model_versions_id', sql`${table.id} ~ '^[0-9a-f]{64}$'`),
    check('model_versions_origin', isOneOf(table.origin, versionOrigins)),
    uniqueIndex('model_versions_number').on(table.model, table.number),
  ],
);

export const epochs = pgTable(
  'epochs',
  {
    version: text()
      .notNull()
      .references((): AnyPgColumn => modelVersions.id, { onDelete: 'cascade' }),
    /** Counts from 1 within the version. */
    number: integer().notNull(),
    /** Optimizer steps that its weights hold. */
    step: integer().notNull(),
    loss: doublePrecision(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.version, table.number] }),
    check('epochs_number', sql`${table.number} >= 1 and ${table.step} >= 0`),
    uniqueIndex('epochs_step').on(table.version, table.step),
  ],
);

/** `main`, or for a model with two experts `high` and `low`. */
export const epochFiles = pgTable(
  'epoch_files',
  {
    version: text().notNull(),
    number: integer().notNull(),
    part: text({ enum: epochParts }).notNull(),
    blob: text()
      .notNull()
      .references(() => blobs.sha256),
  },
  (table) => [
    primaryKey({ columns: [table.version, table.number, table.part] }),
    foreignKey({
      name: 'epoch_files_epoch',
      columns: [table.version, table.number],
      foreignColumns: [epochs.version, epochs.number],
    }).onDelete('cascade'),
    check('epoch_files_part', isOneOf(table.part, epochParts)),
    index('epoch_files_blob').on(table.blob),
  ],
);

/** Previews that a training made of an epoch, by the place of the prompt in its sample list. */
export const epochSamples = pgTable(
  'epoch_samples',
  {
    version: text().notNull(),
    number: integer().notNull(),
    index: integer().notNull(),
    asset: text()
      .notNull()
      .references(() => assets.id),
  },
  (table) => [
    primaryKey({ columns: [table.version, table.number, table.index] }),
    foreignKey({
      name: 'epoch_samples_epoch',
      columns: [table.version, table.number],
      foreignColumns: [epochs.version, epochs.number],
    }).onDelete('cascade'),
    index('epoch_samples_asset').on(table.asset),
  ],
);

/** What a model is to be trained on next. A training reads its own items, so that a change here does not reach it. */
export const trainingImages = pgTable(
  'training_images',
  {
    model: text()
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    asset: text()
      .notNull()
      .references(() => assets.id),
    position: integer().notNull(),
    /** In place of the description of the asset. */
    caption: text(),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.asset] }),
    index('training_images_order').on(table.model, table.position),
    index('training_images_asset').on(table.asset),
  ],
);

/** Before and after, both of the training images of the model. */
export const trainingPairs = pgTable(
  'training_pairs',
  {
    model: text()
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    source: text().notNull(),
    target: text().notNull(),
    instruction: text().notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.position] }),
    foreignKey({
      name: 'training_pairs_source',
      columns: [table.model, table.source],
      foreignColumns: [trainingImages.model, trainingImages.asset],
    }).onDelete('cascade'),
    foreignKey({
      name: 'training_pairs_target',
      columns: [table.model, table.target],
      foreignColumns: [trainingImages.model, trainingImages.asset],
    }).onDelete('cascade'),
  ],
);

/** Pictures that show what a model does, in order. */
export const modelExamples = pgTable(
  'model_examples',
  {
    model: text()
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    asset: text()
      .notNull()
      .references(() => assets.id),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.position] }),
    uniqueIndex('model_examples_once').on(table.model, table.asset),
    index('model_examples_asset').on(table.asset),
  ],
);

export const modelTags = pgTable(
  'model_tags',
  {
    model: text()
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    tag: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.model, table.tag] }), index('model_tags_tag').on(table.tag)],
);
