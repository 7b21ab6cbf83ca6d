/**
 * The queues: pg-boss keeps who is next, by priority and then by age, and hands each entry to one taker only.
 *
 * There is one queue for each pipeline, so that a worker can ask for jobs that need what it has loaded. The jobs table is
 * the truth of what state a job is in. An entry exists while its job is queued (waiting) or running (taken), and changes in
 * the transaction that changes the job, with one exception: a claim locks the entry first and the job second, so the entry
 * of a job that is canceled while it waits is removed right after that transaction, not in it. A process that dies in
 * between leaves an entry without a waiting job, which the next claim drops.
 *
 * Nothing supervises the entries (see `open-boss.ts`): `recover-jobs.ts` finds dead workers sooner, and entries are removed
 * when their jobs end.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';

export interface QueueEntry {
  job: string;
  /** The job's number, from which the entry takes its id. */
  number: number;
  pipelineKey: string;
}

export interface Dispatch {
  /** Make sure the queues exist. Outside of transactions, before `insertEntries`. */
  prepare(pipelineKeys: readonly string[]): Promise<void>;
  /** Take the next entry of a queue; null when there is none, or none that no other worker is taking just now. */
  take(pipelineKey: string): Promise<Pick<QueueEntry, 'job' | 'number'> | null>;
  /** Give a taken entry back, to the place it had. */
  putBack(entry: Pick<QueueEntry, 'number' | 'pipelineKey'>): Promise<void>;
  remove(entry: Pick<QueueEntry, 'number' | 'pipelineKey'>): Promise<void>;
}

const entryData = z.object({ job: z.string(), number: z.int() });
/** How often an entry can be put back. Whether a job may run again is for the job machine to say. */
const retryLimit = 1_000_000;
const daySeconds = 24 * 60 * 60;

export function openDispatch(boss: PgBoss): Dispatch {
  const prepared = new Set<string>();
  return {
    prepare: async (pipelineKeys) => {
      for (const key of new Set(pipelineKeys)) {
        if (prepared.has(key)) continue;
        await boss.createQueue(queueName(key), { retryLimit, retryDelay: 0, expireInSeconds: daySeconds });
        prepared.add(key);
      }
    },
    take: async (pipelineKey) => {
      const [entry] = await boss.fetch(queueName(pipelineKey));
      return entry === undefined ? null : entryData.parse(entry.data);
    },
    putBack: async ({ pipelineKey, number }) => {
      await boss.fail(queueName(pipelineKey), entryId(number));
    },
    remove: async ({ pipelineKey, number }) => {
      await boss.deleteJob(queueName(pipelineKey), entryId(number));
    },
  };
}

/**
 * The statement that adds the entries of jobs, to be part of the one that inserts them: `accepted` has their `id`, `number`,
 * `pipeline_key` and `priority`. It writes what pg-boss's own insert copies from the queue, which pg-boss supports for those
 * who insert with the rows of another table. Entries that come together are a microsecond apart: pg-boss hands those of one
 * moment out in any order, above all after one was put back. A queue that is missing fails the statement: a job without an
 * entry would wait for ever.
 */
export function insertEntries(accepted: SQL): SQL {
  return sql`
    insert into pgboss.job (
      id, name, data, priority, created_on,
      policy, retry_limit, retry_delay, retry_backoff, expire_seconds, deletion_seconds
    )
    select
      (${entryIdStart} || lpad(to_hex(number), ${entryNumberDigits}::int, '0'))::uuid, queue.name,
      json_build_object('job', accepted.id, 'number', number), priority,
      now() + (number - min(number) over ()) * interval '1 microsecond',
      queue.policy, queue.retry_limit, queue.retry_delay, queue.retry_backoff,
      queue.expire_seconds, queue.deletion_seconds
    from ${accepted} as accepted left join pgboss.queue on queue.name = ${queueStart} || accepted.pipeline_key`;
}

/** The statement that removes an entry, to be part of the one that ends its job. */
export const deleteEntry = ({ pipelineKey, number }: Pick<QueueEntry, 'number' | 'pipelineKey'>): SQL =>
  sql`delete from pgboss.job where name = ${queueName(pipelineKey)} and id = ${entryId(number)}::uuid`;

const queueStart = 'pipeline/';
const queueName = (pipelineKey: string): string => `${queueStart}${pipelineKey}`;

/** pg-boss names entries by UUID; the job's number in one saves a column and a look-up. */
const entryIdStart = '00000000-0000-4000-8000-';
const entryNumberDigits = 12;
const entryId = (number: number): string =>
  `${entryIdStart}${number.toString(16).padStart(entryNumberDigits, '0')}`;
