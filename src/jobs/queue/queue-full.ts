import { desc, eq, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { jobs } from '../../database/schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';

const withoutHistorySeconds = 5;
const longestSeconds = 300;

/** The refusal of a job for which there is no room. A place is expected to be free when a job as long as the latest ended. */
export async function queueFull(
  queries: Queries,
  setting: 'MAX_QUEUE' | 'MAX_QUEUE_PER_KEY',
  limit: number,
): Promise<DarkroomError> {
  const recent = await queries
    .select({ seconds: sql<number>`extract(epoch from ${jobs.finishedAt} - ${jobs.startedAt})::float8` })
    .from(jobs)
    .where(eq(jobs.state, 'succeeded'))
    .orderBy(desc(jobs.number))
    .limit(20);
  const average = recent.reduce((sum, { seconds }) => sum + seconds / recent.length, 0);
  const seconds = recent.length === 0 ? withoutHistorySeconds : Math.ceil(average);
  const retryAfter = Math.min(Math.max(seconds, 1), longestSeconds);
  return new DarkroomError(
    'QUEUE_FULL',
    `${limit} requests ${setting === 'MAX_QUEUE' ? '' : 'of this key '}are waiting, as many as ${setting} allows. Try again in about ${retryAfter} s.`,
    { details: { retryAfterSeconds: retryAfter, limit } },
  );
}
