import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Asker } from '../../../registry/asker.ts';
import type { AssetRecord } from '../../../registry/assets/read-assets.ts';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { DialectParts } from '../../dialect.ts';
import type { Links } from '../../kit/links.ts';
import { askerIn } from '../act-in-project.ts';
import { assetAnswer } from '../answers/asset-answer.ts';
import { exampleAnswer, exampleSchema } from '../answers/example-answer.ts';
import { typeOf } from '../answers/model-answer.ts';
import { toUserId } from '../ids.ts';
import { type DescriptionAnswer, descriptionSchema } from '../schema/model.ts';
import { descriptionBody, examplesBody } from '../schema/model-bodies.ts';
import { scopeQuery } from '../schema/query.ts';
import { modelParams } from './models.ts';

const tags = ['models'];
const descriptionAnswer = z.object({ description: descriptionSchema });
const examplesAnswer = z.object({ examples: z.array(exampleSchema) });
const common = { tags, params: modelParams, querystring: scopeQuery };

/** The description of a model, and the examples of what it does. */
export function addModelTextRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addDescriptionRoutes(scope, parts);
  addExampleRoutes(scope, parts);
}

function addDescriptionRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { models } = parts.registry;
  const path = '/scenario/v1/models/:modelId/description';
  const response = { 200: descriptionAnswer };
  app.get(
    path,
    {
      schema: {
        ...common,
        operationId: 'getDescription',
        summary: 'The description of a model',
        response,
        description:
          'Markdown, and the assets and models that it names as `{asset:<id>}` and `{model:<id>}`.',
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { description } = await models.get(asker, request.params.modelId);
      return { description: await resolve(description, asker, parts, parts.linksOf(request)) };
    },
  );
  app.put(
    path,
    {
      schema: {
        ...common,
        body: descriptionBody,
        operationId: 'updateDescription',
        response,
        summary: 'Describe a model',
        description: 'Null clears it.',
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const change = { description: request.body.description ?? '' };
      const { description } = await models.update(asker, request.params.modelId, change);
      return { description: await resolve(description, asker, parts, parts.linksOf(request)) };
    },
  );
}

async function resolve(
  value: string,
  asker: Asker,
  { registry }: Pick<DialectParts, 'registry'>,
  links: Links,
): Promise<DescriptionAnswer> {
  const idsOf = (kind: string): string[] => [
    ...new Set(
      [...value.matchAll(new RegExp(`\\{${kind}:([\\w.-]{1,100})\\}`, 'g'))].flatMap(([, id]) => id ?? []),
    ),
  ];
  const assets = await registry.assets.getMany(asker, idsOf('asset'));
  const models = await registry.models.getMany(asker, idsOf('model'));
  return {
    value,
    assets: assets.map((asset) => namedAsset(asset, links)),
    models: models.map(namedModel),
  };
}

function namedAsset(asset: AssetRecord, links: Links): DescriptionAnswer['assets'][number] {
  const { id, authorId, kind, mimeType, ownerId, privacy, properties, source, url } = assetAnswer(
    asset,
    links,
  );
  return { id, authorId, kind, mimeType, ownerId, privacy, properties, source, url };
}

const namedModel = (record: ModelRecord): DescriptionAnswer['models'][number] => ({
  id: record.id,
  name: record.name,
  type: typeOf(record),
  privacy: record.privacy,
  ownerId: record.project,
  authorId: toUserId(record.author),
  shortDescription: record.shortDescription,
});

function addExampleRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { models, assets } = parts.registry;
  const path = '/scenario/v1/models/:modelId/examples';
  const response = { 200: examplesAnswer };
  const answer = async ({ id, examples }: ModelRecord, links: Links) => {
    const found = await assets.named(examples);
    return {
      examples: examples.flatMap((asset) => {
        const record = found.get(asset);
        return record === undefined ? [] : [exampleAnswer(id, record, links)];
      }),
    };
  };
  app.get(
    path,
    {
      schema: {
        ...common,
        operationId: 'listExamples',
        summary: 'The examples of a model',
        response,
        description: 'Pictures that show what it does, in order.',
      },
    },
    async (request) => {
      const record = await models.get(askerIn(request, request.query), request.params.modelId);
      return answer(record, parts.linksOf(request));
    },
  );
  app.put(
    path,
    {
      schema: {
        ...common,
        body: examplesBody,
        operationId: 'updateExamples',
        summary: 'Choose the examples',
        response,
        description: 'Replaces all of them, in the order of `assetIds`; an empty list takes them away.',
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      await models.setExamples(asker, modelId, request.body.assetIds);
      return answer(await models.get(asker, modelId), parts.linksOf(request));
    },
  );
}
