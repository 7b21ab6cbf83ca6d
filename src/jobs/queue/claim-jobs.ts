import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { preparedStatement } from '../../database/prepared-statement.ts';
import { jobs } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';
import { type InMemory, queueOrder, queueOrderValues } from '../../scheduler/queue-order.ts';
import { givenMoment, tellChange } from '../changes/tell-change.ts';
import type { Job } from '../job.ts';
import { nextState } from '../job-machine.ts';
import { toJobs, toUntriedJob } from '../job-row.ts';
import { signalled } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';
import { ownerIsBeating } from '../recovery/owner-registry.ts';

export interface Claimed {
  jobs: Job[];
  /** Others of these kinds waited when these were taken. While none does, there is nothing to claim before the bell rings. */
  othersWait: boolean;
}

export interface ClaimRequest {
  /** Kinds of work that are asked for. */
  kinds: readonly string[];
  /** Queues whose jobs find what they need in memory. */
  inMemory: InMemory;
  /** Jobs to take at once. */
  most: number;
}

/**
 * Take the jobs that are next, all of one kind and queue, so that they may be done together; none when none waits. Postgres is the
 * queue: one statement finds the next job of each queue, asks the scheduler's order, takes what is first, and tells of it. Rows that
 * other workers are taking just now are passed over.
 */
export async function claimJobs(context: JobsContext, request: ClaimRequest): Promise<Claimed> {
  const { database, arrivals, owner, clock } = context;
  const rows = await claimOn[database.kind](database, {
    owner,
    at: clock().toISOString(),
    kinds: textArray(request.kinds),
    most: String(request.most),
    ...queueOrderValues(request.inMemory, arrivals.overdueUpTo()),
  });
  const [first] = rows;
  if (first === undefined) return { jobs: [], othersWait: false };
  const { newest, othersWait } = first;
  arrivals.saw(newest);
  const claimed = rows.toSorted((a, b) => b.priority - a.priority || a.number - b.number);
  // A job that nobody has tried before has no outputs to ask for.
  const isNew = claimed.every(({ attempts }) => attempts === 1);
  const jobs = isNew ? claimed.map((row) => toUntriedJob(context, row)) : await toJobs(context, claimed);
  return { jobs, othersWait };
}

const claimedRow = z.object({
  id: z.string(),
  kind: z.string(),
  dialect: z.string(),
  project: z.string(),
  model: z.string(),
  units: z.int(),
  state: z.literal('running'),
  number: z.coerce.number(),
  priority: z.int(),
  attempts: z.int(),
  keyId: z.string().nullable(),
  createdAt: z.date(),
  startedAt: z.date(),
  finishedAt: z.null(),
  task: z.unknown(),
  request: z.unknown(),
  warnings: z.unknown(),
  error: z.unknown(),
  result: z.unknown(),
  webhook: z.unknown(),
  /** Number of the newest job that is next in its queue. */
  newest: z.coerce.number(),
  othersWait: z.boolean(),
});

const claimedColumns = sql`changed.id, kind, dialect, project, model, units, state, number, priority, attempts, key_id as "keyId",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", task, request, warnings, error, result,
  webhook`;

const claimOn = {
  pglite: preparedStatement(() => claimStatement([]), claimedRow),
  // An owner has a row before it has a job: see recover-jobs.ts.
  postgres: preparedStatement(
    () => claimStatement([sql`owner as (${ownerIsBeating(sql.placeholder('owner'))})`]),
    claimedRow,
  ),
};

function claimStatement(before: readonly SQL[]): SQL {
  const verdict = nextState('queued', { type: 'claim' });
  if (verdict.kind !== 'move') throw new Error('A waiting job can always be claimed.');
  return tellChange({
    before: [
      sql`heads as materialized (${queueHeads})`,
      sql`first as materialized (${firstJob})`,
      sql`next as materialized (
        select id from ${jobs}
        where state = 'queued' and kind = (select kind from first) and queue = (select queue from first)
        ${inLine} limit ${sql.placeholder('most')}::int for update skip locked
      )`,
      ...before,
    ],
    change: claimUpdate(verdict.to),
    event: {
      type: 'started',
      body: sql`json_build_object('type', 'started', 'attempt', attempts)`,
      at: givenMoment,
    },
    // Of several starts, after crashes, only the first is told.
    webhook: { event: 'started', when: sql`attempts = 1` },
    signals: [signalled('moved')],
    returning: sql`${claimedColumns}, (select max(number) from heads) as newest, exists (
      select from ${jobs} as other
      where other.state = 'queued' and other.kind = any(${sql.placeholder('kinds')}::text[])
        and other.id not in (select id from next)
    ) as "othersWait"`,
  });
}

/** Of the jobs of one queue. The same for every part of the statement, and the order of the index `jobs_queue_heads`. */
const inLine = sql`order by priority desc nulls last, number`;

/**
 * The next job of each queue. Steps from queue to queue along the index, so that it costs as much as there are queues, however
 * many jobs wait in them.
 */
const queueHeads = sql`
  with recursive queues as (
    select kind, (
      select queue from ${jobs} where state = 'queued' and jobs.kind = asked.kind order by queue limit 1
    ) as queue from unnest(${sql.placeholder('kinds')}::text[]) as asked(kind)
    union all
    select kind, (
      select queue from ${jobs} where state = 'queued' and jobs.kind = queues.kind and jobs.queue > queues.queue
      order by queue limit 1
    ) from queues where queues.queue is not null
  )
  select queues.kind, queues.queue, priority, number
  from queues cross join lateral (
    select priority, number from ${jobs}
    where state = 'queued' and jobs.kind = queues.kind and jobs.queue = queues.queue ${inLine} limit 1
  ) as head`;

/**
 * One job of the first queue that has one which nobody else is taking: the queues are asked in their order, and locking ends with the
 * first row that is found.
 */
const firstJob = sql`
  select free.kind, free.queue
  from (select kind, queue from heads where ${queueOrder.isOpen} order by ${queueOrder.order}) as open cross join lateral (
    select kind, queue from ${jobs}
    where state = 'queued' and jobs.kind = open.kind and jobs.queue = open.queue ${inLine} limit 1
    for update skip locked
  ) as free limit 1`;

const claimUpdate = (to: string): SQL => sql`
  update ${jobs} set state = ${to}, owner = ${sql.placeholder('owner')}, attempts = attempts + 1, last_event = last_event + 1,
    started_at = coalesce(started_at, ${givenMoment}), progress = null, queue_position = null
  from next where ${jobs.id} = next.id
  returning ${jobs}.*`;
