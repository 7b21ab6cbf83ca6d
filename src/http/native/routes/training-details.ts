import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { errorResponses } from '../error-docs.ts';
import { trainingDetailsSchema, trainingParams } from '../schemas/training-schema.ts';
import { detailsResponse } from '../training-details.ts';

const tags = ['trainings'];
const errors = ['TRAINING_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const;

/** What a training is made of, and the pictures of its set. */
export function addTrainingDetailsRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const { trainings, thumbnails, linksOf } = parts;
  const routes = scope.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/v1/trainings/:training_id/details',
    {
      schema: {
        tags,
        operationId: 'getTrainingDetails',
        summary: 'What a training is made of',
        description: 'Its settings with every default filled in, the pictures of its set, and its samples.',
        params: trainingParams,
        response: { 200: trainingDetailsSchema, ...errorResponses(...errors) },
      },
    },
    async (request) =>
      detailsResponse(await trainings.get(askerOf(request), request.params.training_id), linksOf(request)),
  );
  routes.get(
    '/v1/trainings/:training_id/dataset/:index',
    {
      schema: {
        tags,
        operationId: 'getTrainingPicture',
        summary: 'A small picture of the set of a training',
        description: 'A WebP that fits into a square of 256 pixels. It is made when it is first asked for.',
        params: trainingParams.extend({
          index: z.coerce.number().int().min(0).meta({ description: 'Place in the set.' }),
        }),
        response: {
          200: {
            description: 'The small picture.',
            content: { 'image/webp': { schema: z.string().meta({ format: 'binary' }) } },
          },
          ...errorResponses(...errors, 'OUTPUT_NOT_FOUND', 'INVALID_REQUEST', 'STORAGE_FULL'),
        },
      },
    },
    async (request, reply) => {
      const { training_id, index } = request.params;
      const { row, job } = await trainings.get(askerOf(request), training_id);
      const item = job.task.plan.items[index];
      const key = item === undefined ? null : blobKey(item.sha256);
      const found = key === null ? null : await thumbnails({ job: row.job, index, kind: 'image', key }, 256);
      if (found === null)
        throw new DarkroomError('OUTPUT_NOT_FOUND', `The training has no picture ${index} in its set.`);
      return send(reply, found);
    },
  );
}

const send = (reply: FastifyReply, { stream, bytes }: { stream: Readable; bytes: number }): FastifyReply =>
  reply
    .header('cache-control', 'private, max-age=31536000, immutable')
    .header('content-length', bytes)
    .type('image/webp')
    .send(stream);
