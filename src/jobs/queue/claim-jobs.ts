import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../../database/read-rows.ts';
import { jobs } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';
import { chooseQueue, type InMemory, type QueueHead } from '../../scheduler/choose-queue.ts';
import { tellChange } from '../changes/tell-change.ts';
import type { Job } from '../job.ts';
import { nextState } from '../job-machine.ts';
import { type StoredJob, toJobs, toUntriedJob } from '../job-row.ts';
import { signalled } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';
import { ownerIsBeating } from '../recovery/owner-registry.ts';

export interface ClaimRequest {
  /** Kinds of work that are asked for. */
  kinds: readonly string[];
  /** Queues whose jobs find what they need in memory. */
  inMemory: InMemory;
  /** Jobs to take at once. */
  most: number;
}

/**
 * Take the jobs that are next, all of one kind and queue, so that they may be done together; none when none waits. The
 * scheduler says from which queue. Postgres is the queue: a job is taken by the statement that marks it as running, and rows
 * that other workers are taking just now are passed over.
 */
export async function claimJobs(context: JobsContext, request: ClaimRequest): Promise<Job[]> {
  const { kinds, inMemory, most } = request;
  let heads = await queueHeads(context, kinds);
  for (;;) {
    const head = chooseQueue(heads, inMemory, context.config.MODEL_SWITCH_SECONDS);
    if (head === null) return [];
    const claimed = await takeFrom(context, head, most);
    if (claimed.length > 0) return withOutputs(context, claimed);
    // Other workers are taking all that this queue has.
    heads = heads.filter((other) => other !== head);
  }
}

/** A job that nobody has tried before has no outputs to ask for. */
async function withOutputs(context: JobsContext, claimed: StoredJob[]): Promise<Job[]> {
  if (claimed.every(({ attempts }) => attempts === 1))
    return claimed.map((row) => toUntriedJob(context, row));
  return toJobs(context, claimed);
}

const headRow = z.object({
  kind: z.string(),
  queue: z.string(),
  priority: z.int(),
  number: z.coerce.number(),
});
type Head = QueueHead & { kind: string };

/**
 * The next job of each queue. Steps from queue to queue along the index `jobs_queue_heads`, so that it costs as much as there
 * are queues, however many jobs wait in them.
 */
async function queueHeads({ database, arrivals }: JobsContext, kinds: readonly string[]): Promise<Head[]> {
  const statement = sql`
    with recursive queues as (
      select kind, (
        select queue from ${jobs} where state = 'queued' and jobs.kind = asked.kind order by queue limit 1
      ) as queue from unnest(${textArray(kinds)}::text[]) as asked(kind)
      union all
      select kind, (
        select queue from ${jobs} where state = 'queued' and jobs.kind = queues.kind and jobs.queue > queues.queue
        order by queue limit 1
      ) from queues where queues.queue is not null
    )
    select queues.kind, queues.queue, priority, number
    from queues cross join lateral (
      select priority, number from ${jobs}
      where state = 'queued' and jobs.kind = queues.kind and jobs.queue = queues.queue
      order by priority desc nulls last, number limit 1
    ) as head`;
  const heads = await readRows(database.queries, statement, headRow);
  return heads.map((head) => ({ ...head, waitedSeconds: arrivals.waitedSeconds(head.number) }));
}

const instant = z.string().transform((text) => new Date(text));
const claimedRow = z.object({
  ...{ id: z.string(), kind: z.string(), dialect: z.string(), model: z.string(), units: z.int() },
  ...{ state: z.literal('running'), number: z.coerce.number(), priority: z.int(), attempts: z.int() },
  ...{ keyId: z.string().nullable(), createdAt: instant, startedAt: instant, finishedAt: z.null() },
  ...{ task: z.unknown(), request: z.unknown(), warnings: z.unknown(), error: z.unknown() },
  ...{ result: z.unknown(), webhook: z.unknown() },
});

const claimedColumns = sql`changed.id, kind, dialect, model, units, state, number, priority, attempts, key_id as "keyId",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", task, request, warnings, error, result,
  webhook`;

async function takeFrom(
  context: JobsContext,
  { kind, queue }: Pick<Head, 'kind' | 'queue'>,
  most: number,
): Promise<StoredJob[]> {
  const verdict = nextState('queued', { type: 'claim' });
  if (verdict.kind !== 'move') throw new Error('A waiting job can always be claimed.');
  const at = context.clock();
  const statement = tellChange({
    before: [
      sql`next as (
        select id from ${jobs} where state = 'queued' and kind = ${kind} and queue = ${queue}
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
