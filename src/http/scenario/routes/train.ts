import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { isTerminal } from '../../../jobs/job.ts';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { DialectParts } from '../../dialect.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { askerIn } from '../act-in-project.ts';
import { readWholeModel } from '../answers/answer-models.ts';
import { typeOf } from '../answers/model-answer.ts';
import { modelTypes } from '../model-types.ts';
import { costSchema, noCost, startedSchema } from '../schema/job.ts';
import { modelSchema } from '../schema/model.ts';
import { dryRunQuery, isDryRun, scopeQuery } from '../schema/query.ts';
import { type TrainingParameters, trainingParametersSchema } from '../schema/training.ts';
import { readTrainingOrder } from '../training-order.ts';
import { answerJob } from './jobs.ts';
import { modelAnswerSchema, modelParams } from './models.ts';

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
        tags,
        operationId: 'trainModel',
        summary: 'Train a model',
        description:
          'On its training images, with the parameters of the model and those of the request over them. Follow the job, or the `trainingProgress` of the model.',
        params: modelParams,
        querystring: trainQuery,
        body: z.object({ parameters: z.looseObject(trainingParametersSchema.shape).optional() }),
        response: { 200: startedSchema.extend({ model: modelSchema }), 269: costSchema },
      },
    },
    async (request, reply) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      const record = await parts.registry.models.get(asker, modelId);
      const parameters = parametersOf(record, request.body.parameters);
      const dry = isDryRun(request.query);
      const { trainingImagesCount } = request.query;
      const images =
        dry && trainingImagesCount !== undefined ? trainingImagesCount : await countSet(record, parts);
      const { profile } = modelTypes[typeOf(record)];
      const { base, likeness } = layersOf(record, parts);
      const { request: order, warnings } = readTrainingOrder(
        { ...parameters, ...request.body.parameters },
        { profile, images, base, likeness },
      );
      if (dry) {
        assertFree(record);
        parts.trainings.assertTrainable({ base, request: order });
        return reply.code(269).send(noCost);
      }
      const { writesCaptions } = parts.trainings;
      const { job } = await parts.trainings.start({
        asker,
        request: writesCaptions ? { ...order, captions: { ...order.captions, mode: 'endpoint' } } : order,
        target: { model: modelId },
        sources: [],
        skipBad: false,
        priority: -1,
        hfToken: null,
        dialect: parts.dialect,
        sent: sentRequest({ modelId, parameters }),
        webhook: null,
        idempotency: idempotencyOf(request.headers['idempotency-key'], { modelId, ...parameters }, []),
        warnings,
        signal: AbortSignal.timeout(setMs),
      });
      if (request.body.parameters !== undefined)
        await parts.registry.models.update(asker, modelId, {
          parameters: trainingParametersSchema.parse(parameters),
        });
      const answer = await readWholeModel(modelId, asker, parts, parts.linksOf(request));
      return { job: await answerJob(job, parts), ...answer, ...noCost };
    },
  );
  app.post(
    '/scenario/v1/models/:modelId/train/action',
    {
      schema: {
        tags,
        operationId: 'actOnTraining',
        summary: 'Stop training a model',
        description: 'At its next step. Its epochs are kept, and it can be trained again.',
        params: modelParams,
        querystring: scopeQuery,
        body: z.object({ action: z.literal('cancel') }),
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

function layersOf({ base }: ModelRecord, { catalog }: Pick<DialectParts, 'catalog'>) {
  return { base: base ?? '', likeness: catalog.get(base ?? '')?.training?.likeness ?? [] };
}

function parametersOf(record: ModelRecord, given: TrainingParameters = {}): TrainingParameters {
  const kept = trainingParametersSchema.safeParse(record.parameters ?? {}).data ?? {};
  // A key of somebody else's service is not kept.
  const { wandbKey: _, ...asked } = given;
  return { ...(record.trigger === null ? {} : { conceptPrompt: record.trigger }), ...kept, ...asked };
}

/** What there is to learn from: pairs for the types that learn from them. Throws INVALID_REQUEST for too few. */
async function countSet(record: ModelRecord, { registry }: Pick<DialectParts, 'registry'>): Promise<number> {
  const { id, trainingImageCount: images, isBase, kind } = record;
  if (isBase || kind === 'composition') return images;
  if (!modelTypes[typeOf(record)].pairs) {
    if (images > 0) return images;
    throw new DarkroomError(
      'INVALID_REQUEST',
      `The model ${id} has no training images. Add some with POST /scenario/v1/models/${id}/training-images.`,
    );
  }
  const { length } = await registry.sets.pairs(id);
  if (length >= leastPairs) return length;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `A model of this type learns from at least ${leastPairs} pairs of pictures, and this one has ${length}. Set them with PUT /scenario/v1/models/${id}/training-images/pairs.`,
  );
}

/** What starting would refuse. Throws INVALID_REQUEST. */
function assertFree({ id, isBase, kind, status }: ModelRecord): void {
  if (isBase || kind === 'composition')
    throw new DarkroomError('INVALID_REQUEST', `The model ${id} is no LoRA that can be trained.`);
  if (status === 'training')
    throw new DarkroomError('INVALID_REQUEST', `The model ${id} is in training already. Wait for its end.`);
}
