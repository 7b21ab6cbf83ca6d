import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobReader } from '../dependencies.ts';

export const requestParams = z.object({
  request_id: z.string().meta({ description: 'The `request_id` that POST /v1/inference answered with.' }),
});

/** Ids are ours, so what cannot be one is not looked up: the database would choke on some of it. */
const possibleId = /^[\w-]{1,64}$/;

/** The job of an id, or REQUEST_NOT_FOUND: also for one that another key sent, so that nobody learns that it exists. */
export async function findJob(
  jobs: Pick<JobReader, 'get'>,
  id: string,
  asker: Pick<FastifyRequest, 'keyId' | 'seesAll'>,
): Promise<Job> {
  const job = possibleId.test(id) ? await jobs.get(id) : null;
  if (job !== null && (asker.seesAll || job.keyId === asker.keyId)) return job;
  throw new DarkroomError(
    'REQUEST_NOT_FOUND',
    `There is no request "${id.slice(0, 64)}"${asker.seesAll ? '' : ' of this key'}. Check the id; finished requests are removed after RETENTION_HOURS.`,
  );
}
