import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { jobs } from '../database/schema.ts';
import { chooseQueue, type QueueHead } from '../scheduler/choose-queue.ts';
import type { Job } from './job.ts';
import { type JobRow, toNewJob, toOneJob } from './job-row.ts';
import type { JobsContext } from './jobs-context.ts';
import { moveJob } from './move-job.ts';
import { registerOwner } from './owner-registry.ts';

/** Take the job that is next for a worker with these pipelines in memory; null when none waits. */
export async function claimJob(context: JobsContext, residentKeys: readonly string[]): Promise<Job | null> {
  const row = await context.database.transaction(async (transaction) => {
    if (context.database.kind === 'postgres') await registerOwner(transaction, context.owner);
    let heads = await queueHeads(transaction, context.clock());
    for (;;) {
      const head = chooseQueue(heads, residentKeys, context.config.MODEL_SWITCH_SECONDS);
      if (head === null) return null;
      const claimed = await claimFrom(context, transaction, head.pipelineKey);
      if (claimed !== null) return claimed;
      heads = heads.filter((other) => other !== head);
    }
  });
  if (row === null) return null;
  return row.attempts === 1 ? toNewJob(row) : toOneJob(context.database.queries, row);
}

/** Null when other workers are taking all that this queue has. */
async function claimFrom(
  context: JobsContext,
  transaction: Queries,
  pipelineKey: string,
): Promise<JobRow | null> {
  for (;;) {
    const entry = await context.dispatch.take(pipelineKey);
    if (entry === null) return null;
    const move = { id: entry.job, owner: null, move: () => ({ type: 'claim' }) as const };
    const row = await moveJob(context, transaction, move);
    if (row !== null) return row;
    context.log.warn({ job: entry.job }, 'a queue entry without a waiting job is dropped');
    await context.dispatch.remove({ pipelineKey, number: entry.number });
  }
}

const headRow = z.object({
  pipelineKey: z.string(),
  priority: z.int(),
  number: z.coerce.number(),
  waitedSeconds: z.coerce.number(),
});

/**
 * The next job of each queue. Steps from key to key along the index `jobs_queue_heads`, so that it costs as much as there are
 * queues, however many jobs wait in them.
 */
function queueHeads(queries: Queries, now: Date): Promise<QueueHead[]> {
  const statement = sql`
    with recursive keys as (
      (select pipeline_key from ${jobs} where state = 'queued' order by pipeline_key limit 1)
      union all
      select (
        select pipeline_key from ${jobs} where state = 'queued' and pipeline_key > keys.pipeline_key
        order by pipeline_key limit 1
      ) from keys where keys.pipeline_key is not null
    )
    select keys.pipeline_key as "pipelineKey", priority, number,
      extract(epoch from ${now.toISOString()}::timestamptz - created_at) as "waitedSeconds"
    from keys cross join lateral (
      select priority, number, created_at from ${jobs} where state = 'queued' and pipeline_key = keys.pipeline_key
      order by priority desc nulls last, number limit 1
    ) as head`;
  return readRows(queries, statement, headRow);
}
