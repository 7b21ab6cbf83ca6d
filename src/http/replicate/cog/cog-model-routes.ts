import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { DialectParts } from '../../dialect.ts';
import { cogDocument, cogVersion } from '../cog-document.ts';
import { findTarget } from '../served-model.ts';

const tags = ['model'];
const params = z.object({ owner: z.string(), name: z.string() });

/** Where things are, and what a prediction may say. */
export function addCogModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/',
    {
      schema: {
        tags,
        params,
        operationId: 'index',
        summary: 'Where things are',
        description: 'URLs of the other routes.',
        response: { 200: z.record(z.string(), z.string()) },
      },
    },
    async (request) => {
      const { owner, name } = request.params;
      await findTarget(`${owner}/${name}`, request, parts);
      const at = (path: string): string =>
        parts.linksOf(request).to(`/cog/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${path}`);
      return {
        cog_version: cogVersion,
        docs_url: parts.linksOf(request).to('/docs/'),
        openapi_url: at('/openapi.json'),
        shutdown_url: at('/shutdown'),
        healthcheck_url: at('/health-check'),
        predictions_url: at('/predictions'),
        predictions_idempotent_url: at('/predictions/{prediction_id}'),
        predictions_cancel_url: at('/predictions/{prediction_id}/cancel'),
      };
    },
  );
  app.get(
    '/openapi.json',
    {
      schema: {
        tags,
        params,
        operationId: 'schema',
        summary: 'What a prediction may say',
        description: 'As the version of the model has it in Replicate’s API.',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async (request) => {
      const { owner, name } = request.params;
      return cogDocument((await findTarget(`${owner}/${name}`, request, parts)).model);
    },
  );
  addShutdownRoute(scope);
}

/** A container is of one model. Here the others would go down with it. */
function addShutdownRoute(scope: FastifyInstance): void {
  scope.post('/shutdown', { schema: { hide: true } }, async () => {
    throw new DarkroomError(
      'FORBIDDEN',
      'This server has other models too, so that it is not stopped by one of them. Stop its process: it ends what runs, and keeps what waits.',
    );
  });
}
