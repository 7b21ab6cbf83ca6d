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
import type { Db as BossExecutor, PgBoss } from 'pg-boss';
import { z } from 'zod';

export interface QueueEntry {
  job: string;
  /** The job's number, from which the entry takes its id. */
  number: number;
  pipelineKey: string;
  priority: number;
}

export interface Dispatch {
  /** Make sure the queues exist. Outside of transactions, before `add`. */
  prepare(pipelineKeys: readonly string[]): Promise<void>;
  add(entries: readonly QueueEntry[]): Promise<void>;
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

/**
 * pg-boss gives entries that are inserted together one moment, and hands those of one moment out in any order, above all
 * after one was put back. A microsecond apart they keep the order of their jobs.
 */
const orderEntries = `
  update pgboss.job set created_on = created_on + given.place * interval '1 microsecond'
  from unnest($1::uuid[]) with ordinality as given (id, place) where job.id = given.id and job.name = $2`;

export function openDispatch(boss: PgBoss, executor: BossExecutor): Dispatch {
  const prepared = new Set<string>();
  return {
    prepare: async (pipelineKeys) => {
      for (const key of new Set(pipelineKeys)) {
        if (prepared.has(key)) continue;
        await boss.createQueue(queueName(key), { retryLimit, retryDelay: 0, expireInSeconds: daySeconds });
        prepared.add(key);
      }
    },
    add: async (entries) => {
      for (const [key, group] of Map.groupBy(entries, (entry) => entry.pipelineKey)) {
        const inserts = group.map(({ job, number, priority }) => ({
          id: entryId(number),
          data: { job, number },
          priority,
        }));
        await boss.insert(queueName(key), inserts);
        if (inserts.length === 1) continue;
        await executor.executeSql(orderEntries, [inserts.map(({ id }) => id), queueName(key)]);
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

const queueName = (pipelineKey: string): string => `pipeline/${pipelineKey}`;

/** pg-boss names entries by UUID; the job's number in one saves a column and a look-up. */
const entryId = (number: number): string =>
  `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
