/** Jobs that wait without being taken, until somebody lets them. */
import type { JobMove } from '../job-machine.ts';
import type { JobsContext } from '../jobs-context.ts';
import { moveJob } from './move-job.ts';

/** False when the job does not wait: it runs, is held already, has ended, or there is none. */
export const holdJob = (context: JobsContext, id: string): Promise<boolean> => move(context, id, 'hold');

/** False when the job is not held. */
export const unholdJob = (context: JobsContext, id: string): Promise<boolean> => move(context, id, 'unhold');

async function move(
  context: JobsContext,
  id: string,
  type: Extract<JobMove['type'], 'hold' | 'unhold'>,
): Promise<boolean> {
  const row = await context.database.transaction((transaction) =>
    moveJob(context, transaction, { id, owner: null, move: () => ({ type }) }),
  );
  return row !== null;
}
