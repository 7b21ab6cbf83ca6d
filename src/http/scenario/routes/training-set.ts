import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { type Asker, assertOwn } from '../../../registry/asker.ts';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { TrainingPair } from '../../../registry/models/training-pairs.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerIn } from '../act-in-project.ts';
import { addUploadedAsset } from '../add-asset.ts';
import { pairAnswer } from '../answers/answer-models.ts';
import { trainingImageAnswer } from '../answers/model-answer.ts';
import { listText, scopeQuery } from '../schema/query.ts';
import {
  type PairsBody,
  pairsBody,
  type TrainingImageBody,
  trainingImageBody,
} from '../schema/set-bodies.ts';
import { trainingImageSchema, trainingPairSchema } from '../schema/training.ts';
import { emptyAnswer, modelParams } from './models.ts';

const tags = ['training sets'];
const imageParams = modelParams.extend({ trainingImageId: z.string().max(200) });
const imageAnswer = z.object({ trainingImage: trainingImageSchema });
const idsQuery = scopeQuery.extend({
  ids: listText(500).meta({ description: 'Ids of assets, with commas between them.' }),
});

/** What a model is trained on. `GET /models/{modelId}` tells of all of it. */
export function addTrainingSetRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addImageRoutes(scope, parts);
  addWholeSetRoutes(scope, parts);
}

function addImageRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { sets, models } = parts.registry;
  const told = async (request: FastifyRequest, model: string, id: string | undefined) => {
    const images = (await sets.images([model])).get(model) ?? [];
    const image = images.find(({ asset }) => asset.id === id);
    if (image === undefined) throw new Error('A training image that was stored is not there.');
    return { trainingImage: trainingImageAnswer(image, parts.linksOf(request)) };
  };

  app.post(
    '/scenario/v1/models/:modelId/training-images',
    {
      schema: {
        tags,
        params: modelParams,
        querystring: scopeQuery,
        body: trainingImageBody,
        operationId: 'addTrainingImage',
        summary: 'Add pictures to a training set',
        description: 'One, or up to ten assets at once; the answer is the last of them. No asset twice.',
        response: { 200: imageAnswer },
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      assertMayChange(asker, await models.get(asker, modelId));
      const assets = await assetsOf(request.body, asker, parts);
      await sets.add(
        asker,
        modelId,
        assets.map((asset) => ({ asset })),
      );
      return told(request, modelId, assets.at(-1));
    },
  );
  app.put(
    '/scenario/v1/models/:modelId/training-images/:trainingImageId',
    {
      schema: {
        tags,
        params: imageParams,
        querystring: scopeQuery,
        body: trainingImageBody,
        operationId: 'replaceTrainingImage',
        summary: 'Put another picture in the place of one',
        description: 'Pairs that name the old one name the new one then.',
        response: { 200: imageAnswer },
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { modelId, trainingImageId: image } = request.params;
      assertMayChange(asker, await models.get(asker, modelId));
      const [asset, ...more] = await assetsOf(request.body, asker, parts);
      if (asset === undefined || more.length > 0)
        throw new DarkroomError(
          'INVALID_REQUEST',
          `One picture takes the place of one, and ${more.length + 1} were received. Send assetId, or data and name.`,
        );
      await sets.replace(asker, modelId, { image, by: { asset } });
      return told(request, modelId, asset);
    },
  );
  app.delete(
    '/scenario/v1/models/:modelId/training-images/:trainingImageId',
    {
      schema: {
        tags,
        params: imageParams,
        querystring: scopeQuery,
        response: { 200: emptyAnswer },
        operationId: 'deleteTrainingImage',
        summary: 'Take a picture out of a training set',
        description: 'With the pairs that name it. The asset stays.',
      },
    },
    async (request) => {
      const { modelId, trainingImageId } = request.params;
      const change = { assets: [trainingImageId], everywhere: false };
      await sets.remove(askerIn(request, request.query), modelId, change);
      return {};
    },
  );
}

function addWholeSetRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { sets } = parts.registry;
  app.put(
    '/scenario/v1/models/:modelId/training-images/pairs',
    {
      schema: {
        tags,
        params: modelParams,
        querystring: scopeQuery,
        body: pairsBody,
        operationId: 'replacePairs',
        summary: 'Say which pictures belong together',
        description: 'Replaces all pairs. Both sides have to be training images of the model.',
        response: { 200: z.object({ count: z.int(), pairs: z.array(trainingPairSchema) }) },
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      await sets.replacePairs(asker, modelId, toPairs(request.body));
      const pairs = await sets.pairs(modelId);
      return { count: pairs.length, pairs: pairs.map(pairAnswer) };
    },
  );
  app.delete(
    '/scenario/v1/models/:modelId/images',
    {
      schema: {
        tags,
        params: modelParams,
        querystring: idsQuery,
        response: { 200: emptyAnswer },
        operationId: 'deleteImages',
        summary: 'Take pictures out of a model',
        description: 'Out of its training set and its examples, and as its thumbnail. The assets stay.',
      },
    },
    async (request) => {
      const change = { assets: request.query.ids, everywhere: true };
      await sets.remove(askerIn(request, request.query), request.params.modelId, change);
      return {};
    },
  );
}

/** Before a picture of the body is kept for a model that may only be read. Throws FORBIDDEN. */
function assertMayChange(asker: Asker, record: ModelRecord): void {
  if (record.isBase)
    throw new DarkroomError(
      'FORBIDDEN',
      `"${record.name}" is a base model, which cannot be changed. Make a model of your own.`,
    );
  assertOwn(asker, record, `The model "${record.name}"`);
}

/** Ids of the assets that a body names; a picture in `data` becomes one. */
async function assetsOf(body: TrainingImageBody, asker: Asker, parts: DialectParts): Promise<string[]> {
  if (body.assetIds !== undefined) return body.assetIds;
  if (body.assetId !== undefined) return [body.assetId];
  const name = body.name ?? 'picture';
  const sent = { source: body.data ?? '', name, hidden: true, parent: null };
  return [(await addUploadedAsset(sent, asker, parts)).id];
}

/** A pair without a side is none yet. */
function toPairs(body: PairsBody): TrainingPair[] {
  return body.map(({ sourceId, targetId, instruction }, index) => {
    if (sourceId !== undefined && targetId !== undefined)
      return { source: sourceId, target: targetId, instruction: instruction ?? '' };
    throw new DarkroomError(
      'INVALID_REQUEST',
      `Pair ${index + 1} has no ${sourceId === undefined ? 'sourceId' : 'targetId'}. Send both sides of each pair, as ids of training images.`,
    );
  });
}
