import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../../dialect.ts';
import { findJob, findStatus } from '../../kit/find-job.ts';
import { storableText } from '../../kit/storable-text.ts';
import { errorResponses } from '../error-docs.ts';
import { requestResponse } from '../picture.ts';
import { listResponse, resultResponse, statusResponse } from '../response.ts';
import { requestResponseSchema } from '../schemas/picture-schema.ts';
import {
  listResponseSchema,
  requestParams,
  resultResponseSchema,
  statusResponseSchema,
  statusSchema,
} from '../schemas/response-schema.ts';
import { jobState } from '../status-word.ts';

const tags = ['requests'];
const errors = errorResponses('REQUEST_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL');

const listQuery = (kinds: readonly string[]) =>
  z.object({
    status: statusSchema.optional().meta({ description: 'Only requests in this state.' }),
    kind: z.enum(kinds).default('render').meta({ description: 'What is to be done. Default `render`.' }),
    model: storableText(200).optional().meta({ description: 'Only requests for this model id.' }),
    limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Requests in a page.' }),
    cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
  });

/** The request itself, its status and result, list and cancel. */
export function addRequestRoutes(scope: FastifyInstance, dependencies: DialectParts): void {
  addReadRoute(scope, dependencies);
  addStatusRoute(scope, dependencies);
  addResultRoute(scope, dependencies);
  addListRoute(scope, dependencies);
  addCancelRoute(scope, dependencies);
}

function addReadRoute(scope: FastifyInstance, { jobs, catalog, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id',
    {
      schema: {
        tags,
        operationId: 'getRequest',
        summary: 'A request as it was sent',
        description: 'What was asked for, without tokens and pictures, and of each output how it was made.',
        params: requestParams,
        response: { 200: requestResponseSchema, ...errors },
      },
    },
    async (request) => {
      const job = await findJob(jobs, request.params.request_id, request);
      const status = await findStatus(jobs, job.id, request);
      const { outputs } = await jobs.outputs.list({ job: job.id, limit: Math.max(1, job.units) });
      return requestResponse(job, status, outputs, { links: linksOf(request), catalog });
    },
  );
}

function addStatusRoute(scope: FastifyInstance, { jobs }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/status',
    {
      schema: {
        tags,
        operationId: 'getStatus',
        summary: 'How far a request is',
        description: 'Its state and, while it is queued or running, its progress.',
        params: requestParams,
        response: { 200: statusResponseSchema, ...errors },
      },
    },
    async (request) => {
      return statusResponse(await findStatus(jobs, request.params.request_id, request));
    },
  );
}

function addResultRoute(scope: FastifyInstance, { jobs, files, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/result',
    {
      schema: {
        tags,
        operationId: 'getResult',
        summary: 'What a request has made',
        description:
          'Outputs appear as each prompt is finished. If a later prompt fails, the finished ones stay.',
        params: requestParams,
        response: { 200: resultResponseSchema, ...errors },
      },
    },
    async (request) => {
      const job = await findJob(jobs, request.params.request_id, request);
      return resultResponse(job, { links: linksOf(request), locate: files.locate });
    },
  );
}

function addListRoute(scope: FastifyInstance, { jobs, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests',
    {
      schema: {
        tags,
        operationId: 'listRequests',
        summary: 'Requests, newest first',
        description:
          'Those that the key has sent; an admin sees all. Trainings and imports are not among them unless `kind` says so. Page by page: send `next_cursor` of a page as `cursor` to get the next.',
        querystring: listQuery(jobs.kinds),
        response: {
          200: listResponseSchema,
          ...errorResponses('INVALID_REQUEST', 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const { status, kind, model, limit, cursor } = request.query;
      const page = await jobs.list({
        kind,
        limit,
        ...(status === undefined ? {} : { status: jobState(status) }),
        ...(model === undefined ? {} : { model }),
        ...(cursor === undefined ? {} : { cursor }),
        ...(request.seesAll ? {} : { keyId: request.keyId }),
      });
      return listResponse(page.jobs, page.nextCursor, linksOf(request));
    },
  );
}

function addCancelRoute(scope: FastifyInstance, { jobs }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/requests/:request_id/cancel',
    {
      schema: {
        tags,
        operationId: 'cancelRequest',
        summary: 'Cancel a request',
        description:
          'A queued request is canceled at once, a running one at its next step. One that has ended stays as it is, and the answer says how it ended.',
        params: requestParams,
        response: { 200: statusResponseSchema, ...errors },
      },
    },
    async (request) => {
      const { id } = await findStatus(jobs, request.params.request_id, request);
      await jobs.cancel(id);
      return statusResponse(await findStatus(jobs, id, request));
    },
  );
}
