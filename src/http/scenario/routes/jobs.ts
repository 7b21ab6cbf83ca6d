import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { isTerminal, type Job, type JobState } from '../../../jobs/job.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerIn } from '../act-in-project.ts';
import { downloadAnswer, readDownloadId } from '../answers/download-job.ts';
import { jobAnswer } from '../answers/job-answer.ts';
import { keepOutputs } from '../answers/output-assets.ts';
import { fromJobId } from '../ids.ts';
import { stateWords } from '../names.ts';
import { jobStatuses, jobTypes } from '../schema/enums.ts';
import { type JobAnswer, jobSchema } from '../schema/job.ts';
import { listText, pageQuery, scopeQuery } from '../schema/query.ts';
import { downloadedModel } from './download.ts';

const tags = ['jobs'];
const params = z.object({ jobId: z.string().max(200) });
const response = { 200: z.object({ job: jobSchema }) };
const listQuery = pageQuery(50, 100).extend({
  status: z.enum(jobStatuses).optional(),
  type: z.enum(jobTypes).optional(),
  types: listText(jobTypes.length)
    .pipe(z.array(z.enum(jobTypes)))
    .optional(),
  authorId: z.string().max(100).optional(),
  workflowId: z.string().max(100).optional(),
  hideResults: z.string().max(10).optional(),
});
type ListQuery = z.output<typeof listQuery>;

/** How work stands: pictures, trainings, imports. */
export function addJobRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/scenario/v1/jobs',
    {
      schema: {
        tags,
        operationId: 'listJobs',
        summary: 'Jobs, newest first',
        querystring: listQuery,
        description:
          'Those of the project. A page that is filtered by type may be short; its token leads on.',
        response: { 200: z.object({ jobs: z.array(jobSchema), nextPaginationToken: z.string().optional() }) },
      },
    },
    async (request) => {
      const page = await listPage(request.query, askerIn(request, request.query), parts);
      return { jobs: page.jobs, ...(page.next === null ? {} : { nextPaginationToken: page.next }) };
    },
  );
  app.get(
    '/scenario/v1/jobs/:jobId',
    {
      schema: {
        tags,
        params,
        querystring: scopeQuery,
        operationId: 'getJob',
        summary: 'One job',
        response,
        description: 'Its `metadata.assetIds` are what it has made so far.',
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { jobId } = request.params;
      if (readDownloadId(jobId) !== null) {
        const { download, record } = await downloadedModel(jobId, asker, parts);
        return { job: downloadAnswer(jobId, download, record.project, parts.linksOf(request)) };
      }
      return { job: await answerJob(await findProjectJob(jobId, asker, parts), parts) };
    },
  );
  app.post(
    '/scenario/v1/jobs/:jobId/action',
    {
      schema: {
        tags,
        params,
        querystring: scopeQuery,
        operationId: 'actOnJob',
        summary: 'Cancel a job',
        response,
        description:
          'One that waits is canceled at once, one that runs at its next step; one that has ended stays.',
        body: z.object({ action: z.enum(['cancel']) }),
      },
    },
    async (request) => {
      const { id, state } = await findProjectJob(
        request.params.jobId,
        askerIn(request, request.query),
        parts,
      );
      if (isTerminal(state))
        throw new DarkroomError(
          'INVALID_REQUEST',
          `The job has ended already (${stateWords[state]}), so there is nothing to cancel.`,
        );
      const job = await parts.jobs.cancel(id);
      return { job: await answerJob(job, parts) };
    },
  );
}

/** The job of an id, or REQUEST_NOT_FOUND: also for one of another project. */
export async function findProjectJob(
  jobId: string,
  asker: Asker,
  { jobs }: Pick<DialectParts, 'jobs'>,
): Promise<Job> {
  const id = fromJobId(jobId);
  const job = /^[0-9A-Z]{26}$/.test(id) ? await jobs.get(id) : null;
  if (job !== null && (asker.seesAll || job.project === asker.project)) return job;
  throw new DarkroomError(
    'REQUEST_NOT_FOUND',
    `There is no job "${jobId.slice(0, 64)}" that this key may see. Check the id; finished jobs are removed after RETENTION_HOURS.`,
  );
}

/** With what it has made, as assets. */
export async function answerJob(job: Job, parts: DialectParts): Promise<JobAnswer> {
  const assetIds = await keepOutputs(job, parts);
  const status = job.state === 'running' ? await parts.jobs.status(job.id) : null;
  return jobAnswer(job, { assetIds, progress: status?.progress?.fraction ?? 0 });
}

const statesOf: Partial<Record<ListQuery['status'] & string, JobState>> = {
  queued: 'queued',
  'in-progress': 'running',
  success: 'succeeded',
  failure: 'failed',
  canceled: 'canceled',
};

async function listPage(
  query: ListQuery,
  asker: Asker,
  parts: DialectParts,
): Promise<{ jobs: JobAnswer[]; next: string | null }> {
  const { status, pageSize: limit, paginationToken: cursor, workflowId } = query;
  const state = status === undefined ? undefined : statesOf[status];
  // There are no workflows here, and no job is ever in one of the other states.
  if (workflowId !== undefined || (status !== undefined && state === undefined))
    return { jobs: [], next: null };
  const page = await parts.jobs.list({
    limit,
    project: asker.project,
    ...(state === undefined ? {} : { status: state }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const jobs = await Promise.all(page.jobs.map((job) => answerJob(job, parts)));
  const types = query.types ?? (query.type === undefined ? null : [query.type]);
  const shown = jobs.filter(
    (job) =>
      (types === null || types.includes(job.jobType)) &&
      (query.authorId === undefined || query.authorId === job.authorId),
  );
  return { jobs: shown, next: page.nextCursor };
}
