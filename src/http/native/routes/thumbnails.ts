import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { DialectParts } from '../../dialect.ts';
import { findJob } from '../../kit/find-job.ts';
import { findOutput } from '../../kit/send-output.ts';
import { errorResponses } from '../error-docs.ts';
import { requestParams } from '../schemas/response-schema.ts';

/** In the scope of the files, whose URLs may be signed. */
export function addThumbnailRoute(scope: FastifyInstance, { jobs, thumbnails }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/outputs/:index/thumbnail',
    {
      schema: {
        tags: ['pictures'],
        operationId: 'getThumbnail',
        summary: 'A small picture of an output',
        description:
          'A WebP that fits into a square of `w` pixels, of the first frame of a video. It is made when it is first asked for, and never changes.',
        params: requestParams.extend({ index: z.string().meta({ description: 'Index of the prompt.' }) }),
        querystring: z.object({
          w: z.enum(['256', '512']).default('256').meta({ description: 'Longest side in pixels.' }),
          expires: z.string().optional().meta({ description: 'Part of a signed URL.' }),
          signature: z.string().optional().meta({ description: 'Part of a signed URL.' }),
        }),
        response: {
          200: {
            description: 'The small picture.',
            content: { 'image/webp': { schema: z.string().meta({ format: 'binary' }) } },
          },
          304: z.null().meta({ description: 'The client has it already.' }),
          ...errorResponses(
            ...(['REQUEST_NOT_FOUND', 'OUTPUT_NOT_FOUND', 'INVALID_REQUEST', 'UNAUTHORIZED'] as const),
            ...(['FORBIDDEN', 'RATE_LIMITED', 'STORAGE_FULL', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { request_id, index } = request.params;
      const output = findOutput(await findJob(jobs, request_id, request), index);
      const width = request.query.w === '512' ? 512 : 256;
      const etag = `"${output.sha256}-${width}"`;
      const headers = {
        etag,
        'cache-control': 'private, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'cross-origin',
      };
      if (request.headers['if-none-match'] === etag) return notChanged(reply, headers);
      const found = await thumbnails({ job: request_id, ...output }, width);
      if (found === null) throw new DarkroomError('OUTPUT_NOT_FOUND', 'The file of this output was removed.');
      return send(reply.headers(headers), found);
    },
  );
}

const notChanged = (reply: FastifyReply, headers: Record<string, string>): FastifyReply =>
  reply.code(304).headers(headers).send();

const send = (reply: FastifyReply, { stream, bytes }: { stream: Readable; bytes: number }): FastifyReply =>
  reply.header('content-length', bytes).type('image/webp').send(stream);
