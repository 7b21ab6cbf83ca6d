import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Asker } from '../../../registry/asker.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { storableText } from '../../kit/storable-text.ts';
import { modelParams } from '../schemas/registry-schema.ts';
import { registryErrors } from './registry-models.ts';

const tags = ['registry'];
const assetId = storableText(100).meta({ description: 'Id of an asset.' });

const imageSchema = z.object({
  asset: z.string().meta({ description: 'Id of the asset.' }),
  name: z.string(),
  caption: z
    .string()
    .meta({ description: 'What it is trained with: its own caption, else what the asset says.' }),
});
const pairSchema = z.object({
  source: assetId.meta({ description: 'What the picture is to be made from.' }),
  target: assetId.meta({ description: 'The picture.' }),
  instruction: storableText(10_000).default('').meta({ description: 'Its caption.' }),
});
const setSchema = z
  .object({ images: z.array(imageSchema), pairs: z.array(pairSchema) })
  .meta({ description: 'The training set of the model, in order.' });

const addedSchema = z
  .object({
    images: z
      .array(z.object({ asset: assetId, caption: storableText(10_000).nullish() }))
      .min(1)
      .max(500)
      .meta({
        description: 'Pictures that join the set, in order. Without a caption what the asset says counts.',
      }),
  })
  .meta({ examples: [{ images: [{ asset: 'asset_…', caption: 'a red apple' }] }] });
const pairsSchema = z.object({ pairs: z.array(pairSchema).max(2000) });

const errors = registryErrors('TRAINED_MODEL_NOT_FOUND', 'ASSET_NOT_FOUND');
const changing = registryErrors(
  ...(['TRAINED_MODEL_NOT_FOUND', 'ASSET_NOT_FOUND', 'REGISTRY_CONFLICT', 'TRAINING_SET_FULL'] as const),
  ...(['UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'] as const),
);

/** What a model is trained on next, where a training brings no pictures of its own. */
export function addTrainingSetRoutes(scope: FastifyInstance, { registry }: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { models, sets } = registry;

  async function setOf(asker: Asker, model: string): Promise<z.output<typeof setSchema>> {
    await models.get(asker, model);
    const images = (await sets.images([model])).get(model) ?? [];
    return {
      images: images.map(({ asset, caption }) => ({ asset: asset.id, name: asset.name, caption })),
      pairs: await sets.pairs(model),
    };
  }

  app.get(
    '/v1/registry/models/:model_id/training-set',
    {
      schema: {
        tags,
        params: modelParams,
        operationId: 'getTrainingSet',
        summary: 'The training set of a model',
        description: 'The pictures that a training of the model takes where it brings none, and its pairs.',
        response: { 200: setSchema, ...errors },
      },
    },
    async (request) => setOf(askerOf(request), request.params.model_id),
  );
  app.post(
    '/v1/registry/models/:model_id/training-set/images',
    {
      schema: {
        tags,
        params: modelParams,
        body: addedSchema,
        operationId: 'addTrainingImages',
        summary: 'Add pictures to a training set',
        description: 'Assets that the key may see, none of them twice; all of them or none.',
        response: { 200: setSchema, ...changing },
      },
    },
    async (request) => {
      const [asker, { model_id }] = [askerOf(request), request.params];
      const images = request.body.images.map(({ asset, caption = null }) => ({ asset, caption }));
      await sets.add(asker, model_id, images);
      return setOf(asker, model_id);
    },
  );
  app.delete(
    '/v1/registry/models/:model_id/training-set/images/:asset_id',
    {
      schema: {
        tags,
        params: modelParams.extend({ asset_id: assetId }),
        operationId: 'removeTrainingImage',
        summary: 'Take a picture out of a training set',
        description: 'With the pairs that name it. The asset stays.',
        response: { 200: setSchema, ...errors },
      },
    },
    async (request) => {
      const [asker, { model_id, asset_id }] = [askerOf(request), request.params];
      await sets.remove(asker, model_id, { assets: [asset_id], everywhere: false });
      return setOf(asker, model_id);
    },
  );
  app.put(
    '/v1/registry/models/:model_id/training-set/pairs',
    {
      schema: {
        tags,
        params: modelParams,
        body: pairsSchema,
        operationId: 'setTrainingPairs',
        summary: 'Replace the pairs of a training set',
        description:
          'What models that edit are trained on: two pictures of the set, and what makes one of the other.',
        response: { 200: setSchema, ...changing },
      },
    },
    async (request) => {
      const [asker, { model_id }] = [askerOf(request), request.params];
      await sets.replacePairs(asker, model_id, request.body.pairs);
      return setOf(asker, model_id);
    },
  );
}
