import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { thumbnailKeys } from '../../../files/file-key.ts';
import type { OutputFilter, OutputRecord } from '../../../jobs/reading/list-outputs.ts';
import type { DialectParts } from '../../dialect.ts';
import { findJob } from '../../kit/find-job.ts';
import { findOutput } from '../../kit/send-output.ts';
import { errorResponses } from '../error-docs.ts';
import { pictureResponse } from '../picture.ts';
import {
  marksSchema,
  type PicturesQuery,
  pictureSchema,
  picturesQuery,
  picturesSchema,
  removedSchema,
} from '../schemas/picture-schema.ts';
import { requestParams } from '../schemas/response-schema.ts';

const tags = ['pictures'];
const params = requestParams.extend({
  index: z.string().meta({ description: 'Index of the prompt.', examples: ['0'] }),
});
const found = [
  'REQUEST_NOT_FOUND',
  'OUTPUT_NOT_FOUND',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'INTERNAL',
] as const;

/** Pictures and videos as rows: search, marks, removal. */
export function addPictureRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoute(scope, parts);
  addMarkRoute(scope, parts);
  addRemoveRoute(scope, parts);
}

function addListRoute(scope: FastifyInstance, { jobs, catalog, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/outputs',
    {
      schema: {
        tags,
        operationId: 'listOutputs',
        summary: 'Pictures and videos, newest first',
        description:
          'A row for each, with how it was made: of the requests of the key, an admin of all. Filters count together.',
        querystring: picturesQuery,
        response: {
          200: picturesSchema,
          ...errorResponses('INVALID_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const page = await jobs.outputs.list(filterOf(request.query, request));
      const context = { links: linksOf(request), catalog };
      return {
        outputs: page.outputs.map((record) => pictureResponse(record, context)),
        next_cursor: page.nextCursor,
      };
    },
  );
}

function filterOf(
  query: PicturesQuery,
  { seesAll, keyId }: Pick<FastifyRequest, 'seesAll' | 'keyId'>,
): OutputFilter {
  const { limit, ...asked } = query;
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), limit, ...(seesAll ? {} : { keyId }) };
}

function addMarkRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { jobs, catalog, linksOf } = parts;
  scope.withTypeProvider<ZodTypeProvider>().patch(
    '/v1/requests/:request_id/outputs/:index',
    {
      schema: {
        tags,
        operationId: 'markOutput',
        summary: 'Mark a picture',
        description: 'As a favourite, which retention keeps together with its request, and with tags.',
        params,
        body: marksSchema,
        response: {
          200: pictureSchema,
          ...errorResponses(
            ...found,
            ...(['INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'] as const),
          ),
        },
      },
    },
    async (request) => {
      const { output } = await findRecord(request, request.params, parts);
      const { favourite, tags: given } = request.body;
      const name = { job: request.params.request_id, index: output.index };
      await jobs.outputs.mark(name, {
        favourite,
        tags: given === undefined ? undefined : [...new Set(given)],
      });
      const marked = await findRecord(request, request.params, parts);
      return pictureResponse(marked, { links: linksOf(request), catalog });
    },
  );
}

function addRemoveRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { jobs, files } = parts;
  scope.withTypeProvider<ZodTypeProvider>().delete(
    '/v1/requests/:request_id/outputs/:index',
    {
      schema: {
        tags,
        operationId: 'deleteOutput',
        summary: 'Remove a picture',
        description: 'Its file, and its row: for good. Its request stays.',
        params,
        response: { 200: removedSchema, ...errorResponses(...found, 'REQUEST_UNFINISHED') },
      },
    },
    async (request) => {
      const { output, state } = await findRecord(request, request.params, parts);
      const name = { job: request.params.request_id, index: output.index };
      if (state === 'queued' || state === 'held' || state === 'running') throw unfinished();
      for (const key of [output.key, ...thumbnailKeys(name.job, output.index)]) await files.remove(key);
      if (!(await jobs.outputs.remove(name))) throw unfinished();
      return { removed: true as const };
    },
  );
}

const unfinished = (): DarkroomError =>
  new DarkroomError(
    'REQUEST_UNFINISHED',
    'The request still runs, and would make the picture again. Wait until it has ended, or cancel it first.',
  );

/** The row of an output that the asker may see. Throws REQUEST_NOT_FOUND and OUTPUT_NOT_FOUND. */
export async function findRecord(
  request: FastifyRequest,
  { request_id, index }: { request_id: string; index: string },
  { jobs }: Pick<DialectParts, 'jobs'>,
): Promise<OutputRecord> {
  const job = await findJob(jobs, request_id, request);
  const output = findOutput(job, index);
  const [record] = await jobs.outputs.find([{ job: job.id, index: output.index }]);
  if (record === undefined)
    throw new DarkroomError('OUTPUT_NOT_FOUND', 'The picture was removed while it was asked for.');
  return record;
}
