import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../../database/read-rows.ts';
import { jobs } from '../../database/schema.ts';
import { chooseQueue, type QueueHead } from '../../scheduler/choose-queue.ts';
import type { Job } from '../job.ts';
import { nextState } from '../job-machine.ts';
import { type StoredJob, toJobs, toNewJob } from '../job-row.ts';
import { signalled } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';
import { ownerIsBeating } from '../recovery/owner-registry.ts';
import { tellChange } from '../tell-change.ts';

/**
 * Take up to `most` jobs that are next for a worker with these pipelines in memory, all of one pipeline; none when none waits.
 * The scheduler says from which queue. Postgres is the queue: a job is taken by the statement that marks it as running, and
 * rows that other workers are taking just now are passed over.
 */
export async function claimJobs(
  context: JobsContext,
  residentKeys: readonly string[],
  most: number,
): Promise<Job[]> {
  let heads = await queueHeads(context);
  for (;;) {
    const head = chooseQueue(heads, residentKeys, context.config.MODEL_SWITCH_SECONDS);
    if (head === null) return [];
    const claimed = await takeFrom(context, head.pipelineKey, most);
    if (claimed.length > 0) return withOutputs(context, claimed);
    // Other workers are taking all that this queue has.
    heads = heads.filter((other) => other !== head);
  }
}

/** A job that nobody has tried before has no outputs to ask for. */
async function withOutputs({ database }: JobsContext, claimed: StoredJob[]): Promise<Job[]> {
  if (claimed.every(({ attempts }) => attempts === 1)) return claimed.map(toNewJob);
  return toJobs(database.queries, claimed);
}

const headRow = z.object({ pipelineKey: z.string(), priority: z.int(), number: z.coerce.number() });

/**
 * The next job of each queue. Steps from key to key along the index `jobs_queue_heads`, so that it costs as much as there are
 * queues, however many jobs wait in them.
 */
async function queueHeads({ database, arrivals }: JobsContext): Promise<QueueHead[]> {
  const statement = sql`
    with recursive keys as (
      (select pipeline_key from ${jobs} where state = 'queued' order by pipeline_key limit 1)
      union all
      select (
        select pipeline_key from ${jobs} where state = 'queued' and pipeline_key > keys.pipeline_key
        order by pipeline_key limit 1
      ) from keys where keys.pipeline_key is not null
    )
    select keys.pipeline_key as "pipelineKey", priority, number
    from keys cross join lateral (
      select priority, number from ${jobs} where state = 'queued' and pipeline_key = keys.pipeline_key
      order by priority desc nulls last, number limit 1
    ) as head`;
  const heads = await readRows(database.queries, statement, headRow);
  return heads.map((head) => ({ ...head, waitedSeconds: arrivals.waitedSeconds(head.number) }));
}

const instant = z.string().transform((text) => new Date(text));
const claimedRow = z.object({
  ...{
    id: z.string(),
    model: z.string(),
    priority: z.int(),
    attempts: z.int(),
    keyId: z.string().nullable(),
  },
  ...{ state: z.literal('running'), number: z.coerce.number(), previewEvery: z.int() },
  ...{ createdAt: instant, startedAt: instant, finishedAt: z.null() },
  ...{
    plan: z.unknown(),
    output: z.unknown(),
    loras: z.unknown(),
    warnings: z.unknown(),
    error: z.unknown(),
  },
  ...{ timings: z.unknown(), versions: z.unknown(), webhook: z.unknown() },
});

const claimedColumns = sql`changed.id, model, priority, attempts, key_id as "keyId", state, number,
  preview_every as "previewEvery", created_at as "createdAt", started_at as "startedAt",
  finished_at as "finishedAt", plan, output, loras, warnings, error, timings, versions, webhook`;

async function takeFrom(context: JobsContext, pipelineKey: string, most: number): Promise<StoredJob[]> {
  const verdict = nextState('queued', { type: 'claim' });
  if (verdict.kind !== 'move') throw new Error('A waiting job can always be claimed.');
  const at = context.clock();
  const statement = tellChange({
    before: [
      sql`next as (
        select id from ${jobs} where state = 'queued' and pipeline_key = ${pipelineKey}
        order by priority desc nulls last, number limit ${most} for update skip locked
      )`,
      // An owner has a row before it has a job: see recover-jobs.ts.
      ...(context.database.kind === 'postgres' ? [sql`owner as (${ownerIsBeating(context.owner)})`] : []),
    ],
    change: claimUpdate(context.owner, verdict.to, at),
    event: { type: 'started', body: sql`json_build_object('type', 'started', 'attempt', attempts)`, at },
    // Of several starts, after crashes, only the first is told.
    webhook: { event: 'started', when: sql`attempts = 1` },
    signals: [signalled('moved')],
    returning: claimedColumns,
  });
  const rows = await readRows(context.database.queries, statement, claimedRow);
  return rows.toSorted((a, b) => b.priority - a.priority || a.number - b.number);
}

const claimUpdate = (owner: string, to: string, at: Date): SQL => sql`
  update ${jobs} set state = ${to}, owner = ${owner}, attempts = attempts + 1, last_event = last_event + 1,
    started_at = coalesce(started_at, ${at.toISOString()}::timestamptz), progress = null, queue_position = null
  from next where ${jobs.id} = next.id
  returning ${jobs}.*`;
