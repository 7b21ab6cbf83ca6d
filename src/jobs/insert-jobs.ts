import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { jobEvents, jobs } from '../database/schema.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import type { NewJob } from './job.ts';

export interface PlacedJob {
  job: NewJob;
  /** 1 is next. */
  position: number;
}

/** By name, with its Postgres type. Arrays of text carry the JSON ones: both drivers write those alike. */
const columns = {
  id: ['text', ({ job }) => job.id],
  model: ['text', ({ job }) => job.plan.pipeline.model],
  pipeline_key: ['text', ({ job }) => pipelineKey(job.plan.pipeline)],
  plan: ['json', ({ job }) => JSON.stringify(job.plan)],
  calls: ['int', ({ job }) => String(job.plan.calls.length)],
  output: ['json', ({ job }) => JSON.stringify(job.output)],
  preview_every: ['int', ({ job }) => String(job.previewEvery)],
  priority: ['int', ({ job }) => String(job.priority)],
  loras: ['json', ({ job }) => JSON.stringify(job.loras)],
  warnings: ['json', ({ job }) => JSON.stringify(job.warnings)],
  queue_position: ['int', ({ position }) => String(position)],
  key_id: ['text', ({ job }) => job.keyId],
  webhook: ['json', ({ job }) => (job.webhook === null ? null : JSON.stringify(job.webhook))],
  idempotency_key: ['text', ({ job }) => job.idempotency?.key ?? null],
  body_hash: ['text', ({ job }) => job.idempotency?.bodyHash ?? null],
} as const satisfies Record<string, readonly ['text' | 'int' | 'json', (placed: PlacedJob) => string | null]>;

const inserted = z.object({ id: z.string(), number: z.coerce.number() });

/**
 * Insert jobs, in their order, with their first events. One whose id or idempotency key is taken is missing in the answer.
 * It is one statement with one array for each column, however many jobs there are: a parameter for each value costs more
 * than the insert.
 */
export function insertJobs(
  queries: Queries,
  group: readonly PlacedJob[],
  createdAt: Date,
): Promise<z.infer<typeof inserted>[]> {
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map(([, textOf]) => sql`${sql.param(group.map(textOf))}::text[]`);
  const values = Object.entries(columns).map(([name, [type]]) => sql.raw(`${name}::${type}`));
  const at = sql`${createdAt.toISOString()}::timestamptz`;
  return readRows(
    queries,
    sql`
    with accepted as (
      insert into ${jobs} (${sql.raw(names.join(', '))}, state, versions, last_event, created_at)
      select ${sql.join(values, sql`, `)}, 'queued', '{}', 1, ${at}
      from unnest(${sql.join(arrays, sql`, `)})
        with ordinality as given (${sql.raw(names.join(', '))}, place)
      order by place
      on conflict do nothing
      returning id, number, queue_position
    ), told as (
      insert into ${jobEvents} (job, sequence, type, body, at)
      select id, 1, 'queued', json_build_object('type', 'queued', 'position', queue_position), ${at} from accepted
    )
    select id, number from accepted`,
    inserted,
  );
}
