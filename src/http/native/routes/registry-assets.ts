import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { storableText } from '../../kit/storable-text.ts';
import { assetResponse } from '../registry-response.ts';
import { assetChangeSchema, assetListSchema, assetParams, assetSchema } from '../schemas/registry-schema.ts';
import { registryErrors } from './registry-models.ts';

const tags = ['registry'];

const listQuery = z.object({
  kind: z.enum(['image', 'video']).optional().meta({ description: 'Only these.' }),
  tag: storableText(100).optional().meta({ description: 'Only those with this tag.' }),
  hidden: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true`: with previews and training images, which lists leave out.' }),
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Assets in a page.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
});

/** Pictures and clips of the registry. */
export function addRegistryAssetRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoute(scope, parts);
  addReadRoute(scope, parts);
  addChangeRoute(scope, parts);
  addDeleteRoute(scope, parts);
}

function addListRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/assets',
    {
      schema: {
        tags,
        operationId: 'listAssets',
        summary: 'Pictures and clips of the project',
        description: 'Newest first, a page at a time.',
        querystring: listQuery,
        response: { 200: assetListSchema, ...registryErrors() },
      },
    },
    async (request) => {
      const { kind, tag, hidden, limit, cursor } = request.query;
      const page = await registry.assets.list(askerOf(request), {
        project: null,
        withHidden: hidden === 'true',
        limit,
        ...(kind === undefined ? {} : { kind }),
        ...(tag === undefined ? {} : { tags: [tag] }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      const links = linksOf(request);
      return { assets: page.items.map((one) => assetResponse(one, links)), next_cursor: page.nextCursor };
    },
  );
}

function addReadRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/assets/:asset_id',
    {
      schema: {
        tags,
        operationId: 'getAsset',
        summary: 'A picture or clip',
        description: 'What is known of it; its file is at `url`.',
        params: assetParams,
        response: { 200: assetSchema, ...registryErrors('ASSET_NOT_FOUND') },
      },
    },
    async (request) =>
      assetResponse(await registry.assets.get(askerOf(request), request.params.asset_id), linksOf(request)),
  );
}

function addChangeRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().patch(
    '/v1/registry/assets/:asset_id',
    {
      schema: {
        tags,
        operationId: 'changeAsset',
        summary: 'Change what is said of an asset',
        description: 'Its description is the caption that a training reads.',
        params: assetParams,
        body: assetChangeSchema,
        response: {
          200: assetSchema,
          ...registryErrors('ASSET_NOT_FOUND', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'),
        },
      },
    },
    async (request) => {
      const { tags: wanted, ...change } = request.body;
      const asker = askerOf(request);
      const id = request.params.asset_id;
      if (wanted !== undefined) await registry.assets.setTags(asker, id, wanted);
      return assetResponse(await registry.assets.update(asker, id, change), linksOf(request));
    },
  );
}

function addDeleteRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().delete(
    '/v1/registry/assets/:asset_id',
    {
      schema: {
        tags,
        operationId: 'deleteAsset',
        summary: 'Delete an asset',
        description:
          'It cannot be read any more. Training sets and examples that name it keep its file until they go.',
        params: assetParams,
        response: {
          200: z.object({ id: z.string() }).meta({ description: 'It is deleted.' }),
          ...registryErrors('ASSET_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      await registry.assets.delete(askerOf(request), [request.params.asset_id]);
      return { id: request.params.asset_id };
    },
  );
}
