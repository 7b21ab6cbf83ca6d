import { type SQL, sql } from 'drizzle-orm';
import { jobEvents } from '../database/schema.ts';
import type { JobEventBody } from './job-event.ts';

/**
 * The statement that stores an event, to be part of one that holds the job's row and moves its `last_event` on to
 * `sequence`: that is what keeps the numbers without gaps and without doubles.
 */
export function insertEvent(job: string, sequence: number, body: JobEventBody, at: Date): SQL {
  return sql`
    insert into ${jobEvents} (job, sequence, type, body, at)
    values (${job}, ${sequence}, ${body.type}, ${JSON.stringify(body)}::json, ${at.toISOString()}::timestamptz)`;
}
