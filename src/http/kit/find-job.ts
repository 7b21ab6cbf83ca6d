import type { FastifyRequest } from 'fastify';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStatus } from '../../jobs/reading/read-statuses.ts';
import type { JobReader } from '../dependencies.ts';

/** Ids are ours, so what cannot be one is not looked up: the database would choke on some of it. */
const possibleId = /^[\w-]{1,64}$/;

type Asker = Pick<FastifyRequest, 'keyId' | 'seesAll' | 'job'>;

/** The job of an id, or REQUEST_NOT_FOUND: also for one that another key sent, so that nobody learns that it exists. */
export const findJob = (jobs: Pick<JobReader, 'get'>, id: string, asker: Asker): Promise<Job> =>
  findOwn(jobs.get, id, asker);

/** The same for how it stands, which costs less. */
export const findStatus = (jobs: Pick<JobReader, 'status'>, id: string, asker: Asker): Promise<JobStatus> =>
  findOwn(jobs.status, id, asker);

async function findOwn<T extends { keyId: string | null }>(
  find: (id: string) => Promise<T | null>,
  id: string,
  asker: Asker,
): Promise<T> {
  const found = possibleId.test(id) ? await find(id) : null;
  if (found !== null && (asker.seesAll || found.keyId === asker.keyId)) {
    asker.job = id;
    return found;
  }
  throw new DarkroomError(
    'REQUEST_NOT_FOUND',
    `There is no request "${id.slice(0, 64)}"${asker.seesAll ? '' : ' of this key'}. Check the id; finished requests are removed after RETENTION_HOURS.`,
  );
}
