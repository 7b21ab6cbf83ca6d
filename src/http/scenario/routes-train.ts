import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { isTerminal } from '../../jobs/job.ts';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { DialectParts } from '../dialect.ts';
import { idempotencyOf } from '../kit/idempotency.ts';
import { sentRequest } from '../kit/sent-request.ts';
import { askerIn } from './act-in-project.ts';
import { readWholeModel } from './answer-models.ts';
import { typeOf } from './model-answer.ts';
import { modelTypes } from './model-types.ts';
import { answerJob } from './routes-jobs.ts';
import { modelAnswerSchema, modelParams } from './routes-models.ts';
import { costSchema, noCost, startedSchema } from './schema/job.ts';
import { modelSchema } from './schema/model.ts';
import { dryRunQuery, isDryRun, scopeQuery } from './schema/query.ts';
import { type TrainingParameters, trainingParametersSchema } from './schema/training.ts';
import { readTrainingOrder } from './training-order.ts';

const tags = ['training'];
/** Pairs that learning an edit takes. */
const leastPairs = 2;

const trainQuery = dryRunQuery.extend({
  trainingImagesCount: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .meta({ description: 'Of a dry run of a model without pictures.' }),
});

/** Training a model, and stopping that. */
export function addTrainRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.put(
    '/scenario/v1/models/:modelId/train',
    {
      schema: {
        ...{ tags, operationId: 'trainModel', summary: 'Train a model' },
        description:
          'On its training images, with the parameters of the model and those of the request over them. Follow the job, or the `trainingProgress` of the model.',
        ...{ params: modelParams, querystring: trainQuery },
        body: z.object({ parameters: trainingParametersSchema.optional() }),
        response: { 200: startedSchema.extend({ model: modelSchema }), 269: costSchema },
      },
    },
    async (request, reply) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      const record = await parts.registry.models.get(asker, modelId);
      const parameters = parametersOf(record, request.body.parameters);
      const images = record.trainingImageCount || (request.query.trainingImagesCount ?? 0);
      const { profile, pairs } = modelTypes[typeOf(record)];
      const { request: order, warnings } = readTrainingOrder(parameters, profile, images);
      if (isDryRun(request.query)) return reply.code(269).send(noCost);
      if (pairs) await assertPairs(modelId, parts);
      const { job } = await parts.trainings.start({
        ...{ asker, request: order, target: { model: modelId }, sources: [], skipBad: false, priority: -1 },
        ...{
          hfToken: null,
          dialect: parts.dialect,
          sent: sentRequest({ modelId, parameters }),
          webhook: null,
        },
        idempotency: idempotencyOf(request.headers['idempotency-key'], { modelId, ...parameters }, []),
        ...{ warnings, signal: AbortSignal.timeout(setMs) },
      });
      if (request.body.parameters !== undefined)
        await parts.registry.models.update(asker, modelId, { parameters });
      const answer = await readWholeModel(modelId, asker, parts, parts.linksOf(request));
      return { job: await answerJob(job, parts), ...answer, ...noCost };
    },
  );
  app.post(
    '/scenario/v1/models/:modelId/train/action',
    {
      schema: {
        ...{ tags, operationId: 'actOnTraining', summary: 'Stop training a model' },
        description: 'At its next step. Its epochs are kept, and it can be trained again.',
        ...{ params: modelParams, querystring: scopeQuery, body: z.object({ action: z.literal('cancel') }) },
        response: { 200: modelAnswerSchema },
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      const record = await parts.registry.models.get(asker, modelId);
      const [training] = (await parts.trainings.list(asker, { model: modelId, limit: 1 })).trainings;
      if (training === undefined || isTerminal(training.job.state))
        throw new DarkroomError(
          'INVALID_REQUEST',
          `The model ${modelId} is ${record.status} and not being trained, so there is nothing to cancel.`,
        );
      await parts.trainings.cancel(asker, training.row.job);
      return readWholeModel(modelId, asker, parts, parts.linksOf(request));
    },
  );
}

/** Taking in a set is a matter of seconds; a client that has gone is not waited for. */
const setMs = 10 * 60_000;

function parametersOf(record: ModelRecord, given: TrainingParameters = {}): TrainingParameters {
  const kept = trainingParametersSchema.safeParse(record.parameters ?? {}).data ?? {};
  const { wandbKey: _, ...asked } = given;
  return { ...(record.trigger === null ? {} : { conceptPrompt: record.trigger }), ...kept, ...asked };
}

async function assertPairs(modelId: string, { registry }: Pick<DialectParts, 'registry'>): Promise<void> {
  const { length } = await registry.sets.pairs(modelId);
  if (length >= leastPairs) return;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `A model of this type learns from at least ${leastPairs} pairs of pictures, and this one has ${length}. Set them with PUT /scenario/v1/models/${modelId}/training-images/pairs.`,
  );
}
