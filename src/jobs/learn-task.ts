import { and, eq } from 'drizzle-orm';
import { jobs } from '../database/schema.ts';
import type { NewJob } from './job.ts';
import type { JobsContext } from './jobs-context.ts';

/**
 * Keep what was learned of the task of a job that this process runs, such as hashes of files that had to be downloaded first:
 * answers show it, a later attempt takes the same bytes, and caches know what is in use.
 */
export async function learnTask(
  { database, owner }: JobsContext,
  id: string,
  { task, needs }: Pick<NewJob, 'task' | 'needs'>,
): Promise<void> {
  await database.queries
    .update(jobs)
    .set({ task, needs })
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, owner)));
}
