import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { DialectParts } from '../../dialect.ts';
import { errorResponses } from '../error-docs.ts';
import { modelResponse, modelsResponseSchema } from '../model-response.ts';

export function addModelsRoute(scope: FastifyInstance, { catalog, config }: DialectParts): void {
  const models = [...catalog.values()].map((entry) =>
    modelResponse(entry, config.AI_TOOLKIT_PATH !== undefined),
  );
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/models',
    {
      schema: {
        tags: ['models'],
        operationId: 'listModels',
        summary: 'Every model id with its defaults',
        description: 'Made from the same catalog entries that requests are checked by and rendered from.',
        response: {
          200: modelsResponseSchema,
          ...errorResponses('UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async () => ({ models }),
  );
}
