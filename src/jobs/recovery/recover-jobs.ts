import { eq, isNull } from 'drizzle-orm';
import { jobs, owners } from '../../database/schema.ts';
import { moveJob } from '../changes/move-job.ts';
import { releaseRequest } from '../changes/settle-job.ts';
import type { JobsContext } from '../jobs-context.ts';
import { removeOwners } from './owner-registry.ts';

/** Give the running jobs of dead processes back to the queue. Returns how many. */
export async function recoverJobs(context: JobsContext): Promise<number> {
  const { database, log } = context;
  const dead = await context.owners.dead();
  const abandoned = await database.queries
    .select({ id: jobs.id, owner: jobs.owner, isUnknown: isNull(owners.id).mapWith(Boolean) })
    .from(jobs)
    .leftJoin(owners, eq(owners.id, jobs.owner))
    .where(eq(jobs.state, 'running'));
  let released = 0;
  for (const { id, owner, isUnknown } of abandoned) {
    if (owner === null || !(isUnknown || dead.includes(owner))) continue;
    const request = releaseRequest(id, owner, 'owner-died', null);
    const row = await database.transaction((transaction) => moveJob(context, transaction, request));
    if (row === null) continue;
    released += 1;
    log.warn({ job: id, state: row.state }, 'the process that ran this request died; it was released');
  }
  await removeOwners(database.queries, dead);
  return released;
}
