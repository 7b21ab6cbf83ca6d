import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { locateCheckpoint } from '../../../engines/checkpoint-location.ts';
import { isInHubCache } from '../../../engines/hub-cache.ts';
import { findModel } from '../../../render/check-request.ts';
import { createLoadedModels } from '../../../render/loaded-models.ts';
import type { DialectParts } from '../../dialect.ts';
import { errorResponses } from '../error-docs.ts';
import { modelForm } from '../model-form.ts';
import { modelResponse, modelResponseSchema, modelsResponseSchema } from '../model-response.ts';
import { modelState } from '../model-state.ts';
import { modelFormSchema, modelStateSchema } from '../schemas/model-state-schema.ts';

const tags = ['models'];

export function addModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoute(scope, parts);
  addReadRoute(scope, parts);
}

function addListRoute(scope: FastifyInstance, { catalog, config }: DialectParts): void {
  const models = [...catalog.values()].map((entry) =>
    modelResponse(entry, config.AI_TOOLKIT_PATH !== undefined),
  );
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/models',
    {
      schema: {
        tags,
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

function addReadRoute(scope: FastifyInstance, { catalog, config, engine }: DialectParts): void {
  const parts = {
    engine,
    loadedModels: createLoadedModels(catalog),
    isHere: async (repository: string, bundled: string | undefined) =>
      locateCheckpoint(repository, bundled, config) !== null || isInHubCache(repository, config),
  };
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/models/:model',
    {
      schema: {
        tags,
        operationId: 'getModel',
        summary: 'A model, its form, and how it stands here',
        description:
          'What the list says of it, with a form for one picture made from its catalog entry, and whether it is on this machine, fits and is loaded.',
        params: z.object({ model: z.string().meta({ description: 'Model id.', examples: ['demo'] }) }),
        response: {
          200: modelResponseSchema
            .extend({ form: modelFormSchema, state: modelStateSchema })
            .meta({ description: 'The model.' }),
          ...errorResponses('MODEL_NOT_FOUND', 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const entry = findModel(catalog, request.params.model);
      const form = modelForm(entry, config.MAX_LORAS);
      const answer = modelResponse(entry, config.AI_TOOLKIT_PATH !== undefined);
      return { ...answer, form, state: await modelState(entry, parts) };
    },
  );
}
