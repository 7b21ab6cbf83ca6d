import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { DialectParts } from '../../../dialect.ts';
import { sentRequest } from '../../../kit/sent-request.ts';
import { errorResponses } from '../../error-docs.ts';
import {
  extensionBodySchema,
  trainingParams,
  trainingResponseSchema,
} from '../../schemas/training-schema.ts';
import { answerTraining, askerOf, trainingErrors, trainingTags } from './answer-training.ts';

const orders = {
  cancel: ['Cancel a training', 'It stops at its next step. The epochs that it has made are kept.'],
  pause: ['Pause a training', 'It stops at its next step with its state on disk, and waits to be resumed.'],
  resume: ['Resume a paused training', 'It waits for the device again, and goes on from its state.'],
  save: ['Make an epoch now', 'One more epoch than planned, after the current step.'],
} as const;

/** What a training is told to do. */
export function addOrderRoutes(scope: FastifyInstance, parts: DialectParts): void {
  for (const order of ['cancel', 'pause', 'resume', 'save'] as const)
    scope.withTypeProvider<ZodTypeProvider>().post(
      `/v1/trainings/:training_id/${order}`,
      {
        schema: {
          tags: trainingTags,
          operationId: `${order}Training`,
          summary: orders[order][0],
          params: trainingParams,
          description: orders[order][1],
          response: {
            200: trainingResponseSchema,
            ...trainingErrors,
            ...errorResponses('REGISTRY_CONFLICT'),
          },
        },
      },
      async (request) =>
        answerTraining(
          await parts.trainings[order](askerOf(request), request.params.training_id),
          request,
          parts,
        ),
    );
}

export function addExtendRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/trainings/:training_id/extend',
    {
      schema: {
        tags: trainingTags,
        operationId: 'extendTraining',
        summary: 'Train on from where a training has ended',
        description:
          'A new training of the same model on the same set, from the state of the old one, which is kept for KEEP_STATE_DAYS. Its epochs are another version.',
        params: trainingParams,
        body: extensionBodySchema,
        response: {
          200: trainingResponseSchema,
          ...trainingErrors,
          ...errorResponses('INVALID_REQUEST', 'REGISTRY_CONFLICT', 'REGISTRY_GONE', 'QUEUE_FULL'),
        },
      },
    },
    async (request) => {
      const training = await parts.trainings.extend(request.params.training_id, {
        asker: askerOf(request),
        steps: request.body.steps,
        dialect: parts.dialect,
        sent: sentRequest(request.body),
      });
      request.job = training.row.job;
      return answerTraining(training, request, parts);
    },
  );
}
