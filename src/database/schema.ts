/**
 * The tables of jobs and keys; those of the registry, of trainings and of sheets are beside it. After a change here run `node_modules/.bin/drizzle-kit generate --name <what-changed>` and commit the
 * migration with it. pg-boss keeps its own tables, for webhook deliveries, in the schema `pgboss` of the same database.
 *
 * What clients wrote is kept as `json`, not `jsonb`: a prompt may hold U+0000, which `jsonb` refuses, and a task must come
 * back exactly as it went in. For the same reason SQL never looks into these columns: what it has to know stands beside
 * them.
 */
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
import { moment, texts } from './columns.ts';
import { projects } from './registry-schema.ts';

export const jobs = pgTable(
  'jobs',
  {
    id: text().primaryKey(),
    /** Order of acceptance: breaks ties of priority, and is the cursor of lists. */
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    /** What kind of work it is; each kind has its own shape of `task` and `result`. */
    kind: text().notNull(),
    /** Id of the dialect that the request was sent in. */
    dialect: text().notNull(),
    /** Of the key that sent it. Not a foreign key: every request would pay for the look at it. */
    project: text().notNull(),
    state: text({ enum: ['queued', 'held', 'running', 'succeeded', 'failed', 'canceled'] }).notNull(),
    model: text().notNull(),
    /** Jobs of a kind with the same one can share what has to be in memory, such as a loaded pipeline. */
    queue: text().notNull(),
    /** Parts that it is done in, with an output each: the prompts of a render. */
    units: integer().notNull(),
    /** What is to be done. */
    task: json().notNull(),
    /** SHA-256 of the files that it needs, in hex, as far as they are known: caches keep them. */
    needs: text().array().notNull(),
    /** The same of the files that came with its request: they are removed when it has ended. */
    inputs: text().array().notNull(),
    /** What the client sent, without secrets and pictures. Null for jobs of versions that did not store it. */
    request: json(),
    priority: integer().notNull(),
    warnings: json().notNull(),
    error: json(),
    errorCode: text('error_code'),
    /** What is to be told of how it was done, when it has succeeded. */
    result: json(),
    progress: json(),
    /** Last position that was told to a watcher while the job waits. */
    queuePosition: integer('queue_position'),
    attempts: integer().notNull().default(0),
    /** Attempts that ended because the engine process died. */
    engineCrashes: integer('engine_crashes').notNull().default(0),
    /** Attempts that ended because the process that held the job died. */
    ownerDeaths: integer('owner_deaths').notNull().default(0),
    /** Process that runs it; set exactly while the state is `running`. */
    owner: text(),
    cancelRequested: boolean('cancel_requested').notNull().default(false),
    /** When it is canceled, if it has not ended by then. */
    cancelAt: moment('cancel_at'),
    /** Sequence of the newest event. */
    lastEvent: integer('last_event').notNull().default(0),
    keyId: text('key_id'),
    /** Where to tell of it, when the request asked for that. */
    webhook: json(),
    /** What the webhook is told of; null without one. Beside it, because SQL never looks into what clients wrote. */
    webhookEvents: text('webhook_events').array(),
    idempotencyKey: text('idempotency_key'),
    bodyHash: text('body_hash'),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    uniqueIndex('jobs_number').on(table.number),
    uniqueIndex('jobs_idempotency').on(sql`coalesce(${table.keyId}, '')`, table.idempotencyKey),
    index('jobs_queued').on(table.priority.desc(), table.number).where(sql`${table.state} = 'queued'`),
    index('jobs_queue_heads')
      .on(table.kind, table.queue, table.priority.desc(), table.number)
      .where(sql`${table.state} = 'queued'`),
    index('jobs_running').on(table.owner).where(sql`${table.state} = 'running'`),
    index('jobs_by_state').on(table.state, table.number),
    index('jobs_by_model').on(table.model, table.number),
    index('jobs_finished').on(table.finishedAt),
    index('jobs_cancel_at').on(table.cancelAt).where(sql`${table.finishedAt} is null`),
  ],
);

/** One row for each finished prompt; written once, kept through every later attempt. */
export const jobOutputs = pgTable(
  'job_outputs',
  {
    job: text()
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    index: integer().notNull(),
    output: json().notNull(),
    /** Order in which they were made: the cursor of lists. */
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
    /** What a search reads: the prompt, without U+0000. Empty for other kinds than renders. */
    searched: text().notNull().default(''),
    /** SHA-256 of the LoRAs that it was made with, in hex. */
    loras: texts('loras').notNull().default([]),
    /** How it was made, as a render says it; null where its kind says nothing, or did not when it was made. */
    recipe: json(),
    /** Equal for outputs that are made alike, whatever request they are of: `render/recipe-key.ts`. Null for other kinds. */
    recipeKey: text('recipe_key'),
    favourite: boolean().notNull().default(false),
    tags: texts('tags').notNull().default([]),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.job, table.index] }),
    uniqueIndex('job_outputs_number').on(table.number),
    index('job_outputs_favourites').on(table.job).where(sql`${table.favourite}`),
    index('job_outputs_recipe_key').on(table.recipeKey).where(sql`${table.recipeKey} is not null`),
  ],
);

export const jobEvents = pgTable(
  'job_events',
  {
    job: text()
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    sequence: integer().notNull(),
    type: text().notNull(),
    body: json().notNull(),
    at: moment('at').notNull(),
    /** Place among the events of all jobs, for who follows all of them. */
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
  },
  (table) => [
    primaryKey({ columns: [table.job, table.sequence] }),
    uniqueIndex('job_events_number').on(table.number),
  ],
);

/** Processes that run jobs. A row outlives its process only when that died. */
export const owners = pgTable('owners', {
  id: text().primaryKey(),
  machine: text().notNull(),
  pid: integer().notNull(),
  /** When the process started, in the machine's own words: tells a process from a later one with its number. */
  processStart: text('process_start').notNull(),
  heartbeatAt: moment('heartbeat_at').notNull(),
});

/** Keys that were made by `darkroom keys create`. A row stays when its key is revoked: requests name it. */
export const apiKeys = pgTable('api_keys', {
  id: text().primaryKey(),
  name: text().notNull(),
  scope: text({ enum: ['read', 'write', 'admin'] }).notNull(),
  project: text()
    .notNull()
    .references(() => projects.id),
  /** SHA-256 of the key, in hex. The key itself is nowhere. */
  digest: text().notNull().unique(),
  createdAt: moment('created_at').notNull(),
  revokedAt: moment('revoked_at'),
});

/** Browsers that have signed in with a key. */
export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the cookie's value, in hex. The value itself is nowhere. */
    digest: text().primaryKey(),
    /** Of the key; not a foreign key, because those of API_KEYS have no row. */
    keyId: text('key_id').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('sessions_by_key').on(table.keyId, table.createdAt)],
);

/** Settings of a request that somebody keeps under a name. */
export const presets = pgTable(
  'presets',
  {
    id: text().primaryKey(),
    /** Of the key that keeps it; null on a server without keys. Not a foreign key: those of API_KEYS have no row. */
    keyId: text('key_id'),
    name: text().notNull(),
    /** Null: for any model. */
    model: text(),
    /** Fields of a request, by their names in the dialect that kept it. */
    settings: json().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [uniqueIndex('presets_name').on(sql`coalesce(${table.keyId}, '')`, table.name)],
);

/** What all processes of the database have to agree on and nobody else may know. */
export const secrets = pgTable('secrets', {
  name: text().primaryKey(),
  /** In hex. */
  value: text().notNull(),
});

/** One row for each event that a webhook is told of. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    job: text()
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    /** Of the event. */
    sequence: integer().notNull(),
    event: text({ enum: ['started', 'progress', 'output', 'completed'] }).notNull(),
    state: text({ enum: ['pending', 'delivered', 'failed'] }).notNull(),
    /** Whether pg-boss has been given it to say when it is next; false until a sender has seen it. */
    entered: boolean().notNull().default(false),
    attempts: integer().notNull().default(0),
    /** HTTP status of the last answer; null when there was none. */
    responseStatus: integer('response_status'),
    error: text(),
    createdAt: moment('created_at').notNull(),
    lastAttemptAt: moment('last_attempt_at'),
  },
  (table) => [
    primaryKey({ columns: [table.job, table.sequence] }),
    index('webhook_deliveries_new').on(table.createdAt).where(sql`not ${table.entered}`),
  ],
);
