import type { Queries } from '../database/database.ts';
import { jobEvents } from '../database/schema.ts';
import type { JobEventBody } from './job-event.ts';
import { signal } from './job-signals.ts';

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
  const rows = bodies.map((body, index) => ({
    job,
    sequence: lastEvent + 1 + index,
    type: body.type,
    body,
    at,
  }));
  await transaction.insert(jobEvents).values(rows);
  await signal(transaction, 'job', job);
}
