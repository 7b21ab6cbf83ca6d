import type { Job } from '../job.ts';
import { toOneJob } from '../job-row.ts';
import { signal } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';
import { findJob, requestNotFound } from '../reading/read-jobs.ts';
import { moveJob } from './move-job.ts';

/**
 * Stop a job: one that waits is canceled when this returns, one that runs soon after (its state says so), and one that has
 * ended stays as it is. Throws REQUEST_NOT_FOUND.
 */
export async function cancelJob(context: JobsContext, id: string): Promise<Job> {
  const { database } = context;
  const row = await database.transaction(async (transaction) => {
    const changed = await moveJob(context, transaction, {
      id,
      owner: null,
      move: () => ({ type: 'cancel' }),
      changes: () => ({ cancelRequested: true }),
    });
    if (changed?.state === 'running') await signal(transaction, 'cancel', id);
    return changed;
  });
  const job = row === null ? await findJob(context, id) : await toOneJob(context, row);
  if (job === null) throw requestNotFound(id);
  return job;
}
