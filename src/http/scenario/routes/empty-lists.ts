import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../../dialect.ts';
import { askerIn } from '../act-in-project.ts';
import { pageQuery, scopeQuery } from '../schema/query.ts';
import { modelParams } from './models.ts';

const tags = ['models'];
const nothing = z.array(z.never());

/** Lists that clients read and that have nothing in them here: presets of models, and collections. */
export function addEmptyListRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/scenario/v1/models/:modelId/presets',
    {
      schema: {
        tags,
        params: modelParams,
        querystring: scopeQuery,
        operationId: 'listPresets',
        summary: 'The presets of a model',
        description: 'There are none, and none can be made.',
        response: { 200: z.object({ presets: nothing }) },
      },
    },
    async (request) => {
      await parts.registry.models.get(askerIn(request, request.query), request.params.modelId);
      return { presets: [] };
    },
  );
  app.get(
    '/scenario/v1/collections',
    {
      schema: {
        tags,
        querystring: pageQuery(50, 100),
        operationId: 'listCollections',
        summary: 'Collections',
        description: 'There are none, and none can be made: use tags.',
        response: { 200: z.object({ collections: nothing }) },
      },
    },
    async (request) => {
      askerIn(request, request.query);
      return { collections: [] };
    },
  );
}
