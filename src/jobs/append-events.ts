import { type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobEvents } from '../database/schema.ts';
import type { JobEventBody } from './job-event.ts';
import { signalled } from './job-signals.ts';

/**
 * Store events under the sequence numbers after `lastEvent`. The caller holds the job's row and has moved its `lastEvent`
 * on by as many, in the same transaction: that is what keeps the numbers without gaps and without doubles.
 */
export async function appendEvents(
  transaction: Queries,
  job: string,
  lastEvent: number,
  bodies: readonly JobEventBody[],
  at: Date,
): Promise<void> {
  const rows = bodies.map((body, index) => eventRow(job, lastEvent + 1 + index, body, at));
  await transaction.execute(sql`
    with told as (insert into ${jobEvents} (job, sequence, type, body, at) values ${sql.join(rows, sql`, `)})
    select ${signalled('job', job)}`);
}

function eventRow(job: string, sequence: number, body: JobEventBody, at: Date): SQL {
  return sql`(${job}, ${sequence}, ${body.type}, ${JSON.stringify(body)}::json, ${at.toISOString()}::timestamptz)`;
}
