import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { AssetFilter } from '../../../registry/assets/read-assets.ts';
import type { DialectParts } from '../../dialect.ts';
import { requireKeyOrSignature } from '../../kit/key-check.ts';
import { askerIn } from '../act-in-project.ts';
import { addUploadedAsset } from '../add-asset.ts';
import { assetAnswer } from '../answers/asset-answer.ts';
import { keepMissingOutputs } from '../answers/output-assets.ts';
import { fromJobId } from '../ids.ts';
import { assetSchema } from '../schema/asset.ts';
import {
  bulkAssetsBody,
  deleteAssetsBody,
  updateAssetBody,
  uploadAssetBody,
} from '../schema/asset-bodies.ts';
import { tagsAnswer, tagsBody } from '../schema/model-bodies.ts';
import { type AssetListQuery, assetListQuery, scopeQuery } from '../schema/query.ts';
import { sendAsset } from '../send-asset.ts';
import { emptyAnswer } from './models.ts';

const tags = ['assets'];
const params = z.object({ assetId: z.string().max(200) });
const common = { tags, params, querystring: scopeQuery };
const response = { 200: z.object({ asset: assetSchema }) };

/** Pictures and clips: sent by clients, or made here. */
export function addAssetRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addAssetListRoutes(scope, parts);
  addOneAssetRoutes(scope, parts);
}

function addAssetListRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { assets } = parts.registry;
  app.get(
    '/scenario/v1/assets',
    {
      schema: {
        tags,
        operationId: 'listAssets',
        summary: 'Assets, newest first',
        querystring: assetListQuery,
        description: 'Those of the project. With `inferenceId` those that one job has made.',
        response: {
          200: z.object({ assets: z.array(assetSchema), nextPaginationToken: z.string().optional() }),
        },
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const links = parts.linksOf(request);
      if (isNone(request.query)) return { assets: [] };
      await keepMissingOutputs(asker.project, parts);
      const page = await assets.list(asker, filterOf(request.query));
      return {
        assets: page.items.map((asset) => assetAnswer(asset, links)),
        ...(page.nextCursor === null ? {} : { nextPaginationToken: page.nextCursor }),
      };
    },
  );
  app.post(
    '/scenario/v1/assets',
    {
      schema: {
        tags,
        operationId: 'uploadAsset',
        summary: 'Send a picture',
        querystring: scopeQuery,
        response,
        description: 'PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP; MP4, QuickTime and WebM clips are taken too.',
        body: uploadAssetBody,
      },
    },
    async (request) => {
      const { name, image, hide, parentId, collectionIds = [] } = request.body;
      if (image === undefined)
        throw refused(
          'The body has no image. Send a picture as base64 or a data URL; canvases are not offered.',
        );
      if (collectionIds.length > 0) throw refused('Collections are not offered. Leave collectionIds out.');
      const asker = askerIn(request, request.query);
      const parent = parentId === undefined ? null : (await assets.get(asker, parentId)).id;
      const asset = await addUploadedAsset({ source: image, name, hidden: hide, parent }, asker, parts);
      return { asset: assetAnswer(asset, parts.linksOf(request)) };
    },
  );
  app.post(
    '/scenario/v1/assets/get-bulk',
    {
      schema: {
        tags,
        operationId: 'getAssets',
        summary: 'Several assets at once',
        querystring: scopeQuery,
        description: 'In the order of `assetIds`; what the key may not see is left out.',
        body: bulkAssetsBody,
        response: { 200: z.object({ assets: z.array(assetSchema) }) },
      },
    },
    async (request) => {
      const found = await assets.getMany(askerIn(request, request.query), request.body.assetIds);
      const links = parts.linksOf(request);
      return { assets: found.map((asset) => assetAnswer(asset, links)) };
    },
  );
  app.delete(
    '/scenario/v1/assets',
    {
      schema: {
        tags,
        operationId: 'deleteAssets',
        summary: 'Delete assets',
        querystring: scopeQuery,
        description: 'All of them or none. What a model names stays with it.',
        body: deleteAssetsBody,
        response: { 200: emptyAnswer },
      },
    },
    async (request) => {
      await assets.delete(askerIn(request, request.query), request.body.assetIds);
      return {};
    },
  );
}

function addOneAssetRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { assets } = parts.registry;
  app.get(
    '/scenario/v1/assets/:assetId',
    {
      config: { showsPublic: true },
      schema: {
        ...common,
        operationId: 'getAsset',
        summary: 'One asset',
        response,
        description: 'Its `url` works without a key for a day.',
      },
    },
    async (request) => {
      const asset = await assets.get(askerIn(request, request.query), request.params.assetId);
      return { asset: assetAnswer(asset, parts.linksOf(request)) };
    },
  );
  app.put(
    '/scenario/v1/assets/:assetId',
    {
      schema: {
        ...common,
        body: updateAssetBody,
        operationId: 'updateAsset',
        summary: 'Describe an asset',
        response,
        description: 'The description is the caption that a training image is trained with.',
      },
    },
    async (request) => {
      const { name, description, ...canvas } = request.body;
      const [field] = Object.keys(canvas);
      if (field !== undefined)
        throw refused(`${field} is for canvases, which are not offered. Leave it out.`);
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
      };
      const asset = await assets.update(askerIn(request, request.query), request.params.assetId, change);
      return { asset: assetAnswer(asset, parts.linksOf(request)) };
    },
  );
  app.put(
    '/scenario/v1/assets/:assetId/tags',
    {
      schema: {
        ...common,
        body: tagsBody,
        operationId: 'updateAssetTags',
        summary: 'Add and remove tags',
        description: 'All of it or nothing.',
        response: { 200: tagsAnswer },
      },
    },
    async (request) => {
      const { add, delete: remove, strict } = request.body;
      const asker = askerIn(request, request.query);
      const changed = await assets.changeTags(asker, request.params.assetId, { add, remove, strict });
      return { added: changed.added, deleted: changed.removed };
    },
  );
}

/** Its file, which a signed link is enough for. */
export function addAssetFileRoute(scope: FastifyInstance, parts: DialectParts): void {
  requireKeyOrSignature(scope, parts.check);
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/scenario/v1/assets/:assetId/file',
    {
      schema: {
        tags,
        params,
        operationId: 'getAssetFile',
        summary: 'The file of an asset',
        description: 'Whole, or the part that a `Range` header asks for.',
      },
    },
    async (request, reply) => {
      const asset = await parts.registry.assets.get(askerIn(request, {}), request.params.assetId);
      return sendAsset(request, reply, asset, parts);
    },
  );
}

/** Nothing here is of these kinds. */
const isNone = (query: AssetListQuery): boolean => query.collectionId !== undefined;

function filterOf(query: AssetListQuery): AssetFilter {
  const { inferenceId, tags: wanted, paginationToken, pageSize, sortBy, sortDirection } = query;
  const unknown = unfilterable.find((name) => query[name] !== undefined);
  if (unknown !== undefined)
    throw refused(
      `Assets cannot be listed by ${unknown}. Leave it out; inferenceId and tags are understood.`,
    );
  return {
    project: null,
    limit: pageSize,
    by: sortBy === 'updatedAt' ? 'updated' : 'created',
    ...(inferenceId === undefined ? {} : { job: fromJobId(inferenceId) }),
    ...(wanted === undefined ? {} : { tags: wanted }),
    ...(paginationToken === undefined ? {} : { cursor: paginationToken }),
    ...(sortDirection === undefined ? {} : { order: sortDirection }),
  };
}

const unfilterable = [
  ...(['modelId', 'type', 'types', 'authorId', 'parentAssetId', 'rootAssetId'] as const),
  ...(['createdAfter', 'createdBefore', 'updatedAfter', 'updatedBefore'] as const),
];

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
