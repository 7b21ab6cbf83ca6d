import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Queries } from '../../database/database.ts';
import { preparedStatement } from '../../database/prepared-statement.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobEvents, jobs } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';
import type { NewJob } from '../job.ts';
import { signalled } from '../job-signals.ts';

export interface PlacedJob {
  job: NewJob;
  /** 1 is next. */
  position: number;
}

/** By name, with its Postgres type. Arrays of text carry the JSON ones. */
const columns = {
  id: ['text', ({ job }) => job.id],
  kind: ['text', ({ job }) => job.kind],
  dialect: ['text', ({ job }) => job.dialect],
  project: ['text', ({ job }) => job.project],
  model: ['text', ({ job }) => job.model],
  queue: ['text', ({ job }) => job.queue],
  units: ['int', ({ job }) => String(job.units)],
  task: ['json', ({ job }) => JSON.stringify(job.task)],
  needs: ['text[]', ({ job }) => textArray(job.needs)],
  inputs: ['text[]', ({ job }) => textArray(job.inputs)],
  request: ['json', ({ job }) => (job.request === null ? null : JSON.stringify(job.request))],
  priority: ['int', ({ job }) => String(job.priority)],
  warnings: ['json', ({ job }) => JSON.stringify(job.warnings)],
  queue_position: ['int', ({ position }) => String(position)],
  key_id: ['text', ({ job }) => job.keyId],
  webhook: ['json', ({ job }) => (job.webhook === null ? null : JSON.stringify(job.webhook))],
  webhook_events: ['text[]', ({ job }) => (job.webhook === null ? null : textArray(job.webhook.events))],
  idempotency_key: ['text', ({ job }) => job.idempotency?.key ?? null],
  body_hash: ['text', ({ job }) => job.idempotency?.bodyHash ?? null],
  cancel_at: ['timestamptz', ({ job }) => job.cancelAt?.toISOString() ?? null],
} as const satisfies Record<
  string,
  readonly ['text' | 'text[]' | 'int' | 'json' | 'timestamptz', (placed: PlacedJob) => string | null]
>;

const inserted = z.object({ id: z.string(), number: z.coerce.number() });
const insert = preparedStatement(() => insertStatement((name) => sql.placeholder(name)), inserted);

/**
 * Insert jobs, in their order, with their first events, and tell the workers. Returns their numbers by id; one whose id or
 * idempotency key is taken is missing. It is one statement, so it needs no transaction around it, with one array for each
 * column, however many jobs there are: a statement more, or a parameter for each value, costs more than the insert.
 */
export async function insertJobs(
  database: Pick<Database, 'prepare'>,
  group: readonly PlacedJob[],
  createdAt: Date,
): Promise<Map<string, number>> {
  const rows = await insert(database, columnValues(group, createdAt));
  return new Map(rows.map(({ id, number }) => [id, number]));
}

/** The same inside of a transaction, where statements are not prepared. */
export async function insertJobsWithin(
  transaction: Queries,
  group: readonly PlacedJob[],
  createdAt: Date,
): Promise<Map<string, number>> {
  const values = columnValues(group, createdAt);
  const statement = insertStatement((name) => sql`${values[name]}`);
  const rows = await readRows(transaction, statement, inserted);
  return new Map(rows.map(({ id, number }) => [id, number]));
}

/** One array for each column, as text, and the moment. */
function columnValues(group: readonly PlacedJob[], createdAt: Date): Record<string, string> {
  const arrays = Object.entries(columns).map(([name, [, textOf]]) => [name, textArray(group.map(textOf))]);
  return { ...Object.fromEntries(arrays), created_at: createdAt.toISOString() };
}

function insertStatement(given: (name: string) => SQL | Placeholder): SQL {
  const names = sql.raw(Object.keys(columns).join(', '));
  const arrays = Object.keys(columns).map((name) => sql`${given(name)}::text[]`);
  const values = Object.entries(columns).map(([name, [type]]) => sql.raw(`${name}::${type}`));
  const at = sql`${given('created_at')}::timestamptz`;
  return sql`
    with accepted as (
      insert into ${jobs} (${names}, state, last_event, created_at)
      select ${sql.join(values, sql`, `)}, 'queued', 1, ${at}
      from unnest(${sql.join(arrays, sql`, `)}) with ordinality as given (${names}, place)
      order by place
      on conflict do nothing
      returning id, number, kind, queue_position
    ), told as (
      insert into ${jobEvents} (job, sequence, type, body, at)
      select id, 1, 'queued', json_build_object('type', 'queued', 'position', queue_position), ${at} from accepted
    )
    select id, number, (select ${signalled('work', sql`max(number) || ' ' || string_agg(distinct kind, ',')`)} from accepted) as told from accepted`;
}
