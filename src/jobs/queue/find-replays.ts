import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { jobs } from '../../database/schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job, NewJob } from '../job.ts';
import { type JobReading, toJobs } from '../job-row.ts';
import { positionOf } from './positions.ts';

export interface Replay {
  job: Job;
  position: number;
  bodyHash: string | null;
}

/** What an idempotency key is unique by: the API key that sent it, and its text. Jobs without one have none. */
export function idempotencyName(job: Pick<NewJob, 'keyId' | 'idempotency'>): string {
  return job.idempotency === null ? '' : JSON.stringify([job.keyId, job.idempotency.key]);
}

/** Jobs that were accepted before under the idempotency keys of these. */
export async function findReplays(
  reading: JobReading,
  group: readonly Pick<NewJob, 'keyId' | 'idempotency'>[],
): Promise<Map<string, Replay>> {
  const keys = group.flatMap((job) => job.idempotency?.key ?? []);
  if (keys.length === 0) return new Map();
  const { queries } = reading.database;
  const rows = await queries.select().from(jobs).where(inArray(jobs.idempotencyKey, keys));
  const known = new Map((await toJobs(reading, rows)).map((job) => [job.id, job]));
  const replays = new Map<string, Replay>();
  for (const { id, keyId, idempotencyKey, bodyHash } of rows) {
    const job = known.get(id);
    if (job === undefined || idempotencyKey === null || bodyHash === null) continue;
    const name = idempotencyName({ keyId, idempotency: { key: idempotencyKey, bodyHash } });
    replays.set(name, { job, bodyHash, position: (await positionOf(queries, id)) ?? 0 });
  }
  return replays;
}

/** Throws IDEMPOTENCY_CONFLICT when the key came with another body the first time. */
export function replayOf(job: Pick<NewJob, 'idempotency'>, replay: Replay): { job: Job; position: number } {
  if (job.idempotency?.bodyHash === replay.bodyHash) return { job: replay.job, position: replay.position };
  throw new DarkroomError(
    'IDEMPOTENCY_CONFLICT',
    `The Idempotency-Key "${job.idempotency?.key}" was used for request ${replay.job.id} with another body. ` +
      'Send the same body to get that request again, or a new key for a new one.',
    { details: { requestId: replay.job.id } },
  );
}

/** Let the idempotency key of a job that has ended be used for another one. */
export async function freeIdempotencyKey(queries: Queries, id: string): Promise<void> {
  await queries
    .update(jobs)
    .set({ idempotencyKey: null, bodyHash: null })
    .where(and(eq(jobs.id, id), isNotNull(jobs.finishedAt)));
}
