import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../../dialect.ts';
import { outputTypes, sendOutput } from '../../kit/send-output.ts';
import { errorResponses } from '../error-docs.ts';
import { requestParams } from '../schemas/response-schema.ts';

const file = z.string().meta({ format: 'binary' });
const fileResponse = (description: string) => ({
  description,
  content: Object.fromEntries(Object.values(outputTypes).map((type) => [type, { schema: file }])),
});

const querystring = z.object({
  download: z.string().optional().meta({ description: 'Present: offer the file for saving.' }),
  expires: z.string().optional().meta({ description: 'Part of a signed URL.' }),
  signature: z.string().optional().meta({ description: 'Part of a signed URL.' }),
});

/** The files. Its scope takes a signed URL in place of a key. */
export function addOutputRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/outputs/:index',
    {
      schema: {
        tags: ['requests'],
        operationId: 'getOutput',
        summary: 'A finished picture or video',
        description:
          'Works with an `Authorization` header, or as the signed `url` of a result. Answers range requests, and 304 to a known `ETag`.',
        params: requestParams.extend({
          index: z.string().meta({ description: 'Index of the prompt.', examples: ['0'] }),
        }),
        querystring,
        response: {
          200: fileResponse('The file.'),
          206: fileResponse('The part that the `Range` header asked for.'),
          304: z.null().meta({ description: 'The client has it already.' }),
          ...errorResponses(
            'REQUEST_NOT_FOUND',
            'OUTPUT_NOT_FOUND',
            'RANGE_NOT_SATISFIABLE',
            'UNAUTHORIZED',
            'FORBIDDEN',
            'RATE_LIMITED',
            'INTERNAL',
          ),
        },
      },
    },
    async (request, reply) => {
      const { request_id: job, index } = request.params;
      const download = request.query.download !== undefined;
      return sendOutput({ request, reply }, { job, index, download }, parts);
    },
  );
}
