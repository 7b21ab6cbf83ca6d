import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../../errors/darkroom-error.ts';
import { blobKey } from '../../../../files/file-key.ts';
import type { DialectParts } from '../../../dialect.ts';
import { followJob } from '../../../kit/follow-job.ts';
import { sendFile } from '../../../kit/send-file.ts';
import { storableText } from '../../../kit/storable-text.ts';
import { errorResponses } from '../../error-docs.ts';
import { toSentEvent } from '../../events.ts';
import {
  lossResponseSchema,
  trainingListSchema,
  trainingParams,
  trainingResponseSchema,
} from '../../schemas/training-schema.ts';
import { answerTraining, askerOf, trainingErrors, trainingTags } from './answer-training.ts';

/** Trainings as they are: the list, one of them, its loss, its samples, its events. */
export function addReadingRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoute(scope, parts);
  addReadRoutes(scope, parts);
  addFollowRoute(scope, parts);
}

const listQuery = z.object({
  model: storableText(100).optional().meta({ description: 'Only trainings of this LoRA of the registry.' }),
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Trainings in a page.' }),
  cursor: storableText(100).optional().meta({ description: '`next_cursor` of the page before.' }),
});

function addListRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/trainings',
    {
      schema: {
        tags: trainingTags,
        operationId: 'listTrainings',
        summary: 'Trainings, newest first',
        description: 'Those of the project of the key; an admin sees all. Page by page, as requests are.',
        querystring: listQuery,
        response: {
          200: trainingListSchema,
          ...errorResponses('INVALID_REQUEST', 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const { model, limit, cursor } = request.query;
      const { trainings, next } = await parts.trainings.list(askerOf(request), {
        limit,
        ...(model === undefined ? {} : { model }),
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      const answers = await Promise.all(
        trainings.map((training) => answerTraining(training, request, parts)),
      );
      return { trainings: answers, next_cursor: next };
    },
  );
}

function addReadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const { trainings, registry, files } = parts;
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/v1/trainings/:training_id',
    {
      schema: {
        tags: trainingTags,
        operationId: 'getTraining',
        summary: 'How far a training is, and its epochs',
        description:
          'Its state, its loss, and each epoch with what to send to render with it and the pictures that show it.',
        params: trainingParams,
        response: { 200: trainingResponseSchema, ...trainingErrors },
      },
    },
    async (request) =>
      answerTraining(await trainings.get(askerOf(request), request.params.training_id), request, parts),
  );
  app.get(
    '/v1/trainings/:training_id/loss',
    {
      schema: {
        tags: trainingTags,
        operationId: 'getTrainingLoss',
        summary: 'The curve of its loss',
        description: 'Mean losses by step, thinned to what a chart can show.',
        params: trainingParams,
        response: { 200: lossResponseSchema, ...trainingErrors },
      },
    },
    async (request) => {
      const points = await trainings.points(askerOf(request), request.params.training_id);
      return { points: points.map(({ step, loss, learningRate: lr }) => ({ step, loss, lr })) };
    },
  );
  app.get(
    '/v1/trainings/:training_id/samples/:step/:index',
    {
      schema: {
        tags: trainingTags,
        operationId: 'getTrainingSample',
        summary: 'A picture that shows one of its epochs',
        description: 'Pixel for pixel what the same request renders with that epoch.',
        params: z.object({
          ...trainingParams.shape,
          step: z.coerce.number().int(),
          index: z.coerce.number().int(),
        }),
        response: {
          200: { description: 'The picture.', content: { 'image/png': { schema: z.string() } } },
          ...errorResponses(
            ...(['INVALID_REQUEST', 'TRAINING_NOT_FOUND', 'OUTPUT_NOT_FOUND'] as const),
            ...(['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { training_id, step, index } = request.params;
      const { row } = await trainings.get(askerOf(request), training_id);
      const version = row.version === null ? null : await registry.versions.find(row.version);
      const epoch = version?.epochs.find((one) => one.step === step);
      const id = epoch?.samples.find((one) => one.index === index)?.asset;
      const asset = id === undefined ? undefined : (await registry.assets.named([id])).get(id);
      if (asset === undefined)
        throw new DarkroomError('OUTPUT_NOT_FOUND', `The training has no sample ${index} of step ${step}.`);
      return sendFile(request, reply, files, {
        key: blobKey(asset.blob),
        bytes: asset.bytes,
        sha256: asset.blob,
        contentType: asset.mime,
        name: asset.name,
        download: false,
      });
    },
  );
}

const eventsDescription = `Server-sent events, as those of a request, with two more:

- \`epoch\` \`{number, step, loss}\`: an epoch is kept and can be rendered with
- \`held\` \`{}\`: it is paused

\`progress\` has \`loss\` while its \`phase\` is \`training\`.`;

function addFollowRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/trainings/:training_id/events',
    {
      schema: {
        tags: trainingTags,
        operationId: 'followTraining',
        summary: 'Follow a training',
        description: eventsDescription,
        params: trainingParams,
        querystring: z.object({ last_event_id: z.string().optional() }),
        response: {
          200: {
            description: 'Events, until the training has ended.',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          ...trainingErrors,
        },
      },
    },
    async (request, reply) => {
      const { row } = await parts.trainings.get(askerOf(request), request.params.training_id);
      const context = { links: parts.linksOf(request), locate: parts.files.locate };
      const resumed = request.query.last_event_id;
      return followJob({ request, reply, resumed }, row.job, (event) => toSentEvent(event, context), parts);
    },
  );
}
