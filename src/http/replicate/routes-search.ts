import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../dialect.ts';
import { modelSchema } from './model-answer.ts';
import { onlyPage } from './page.ts';
import { shownModels } from './shown-models.ts';

const most = 100;

/** Models by a part of their names. `QUERY` is a method of the clients; the text is the body. */
export function addSearchRoutes(scope: FastifyInstance, parts: DialectParts): void {
  if (!scope.supportedMethods.includes('QUERY')) scope.addHttpMethod('QUERY', { hasBody: true });
  scope.register(async (plain) => {
    plain.addContentTypeParser('text/plain', { parseAs: 'string' }, async (_: unknown, body: string) => body);
    plain.route({
      method: 'QUERY',
      url: '/models',
      schema: { hide: true },
      handler: async (request) => ({
        ...onlyPage,
        results: await search(wordsOf(request.body), request, parts),
      }),
    });
  });
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/search',
    {
      schema: {
        tags: ['models'],
        operationId: 'search',
        summary: 'Models by a part of their names',
        description: 'There are neither collections nor pages here.',
        querystring: z.object({
          query: z.string().max(200),
          limit: z.coerce.number().int().min(1).max(50).default(20),
        }),
        response: {
          200: z.object({
            query: z.string(),
            models: z.array(
              z.object({ metadata: z.object({ tags: z.array(z.string()) }), model: modelSchema }),
            ),
            collections: z.array(z.never()),
            pages: z.array(z.never()),
          }),
        },
      },
    },
    async (request) => {
      const { query, limit } = request.query;
      const found = await search(query, request, parts);
      return {
        query,
        collections: [],
        pages: [],
        models: found.slice(0, limit).map((model) => ({ metadata: { tags: [] }, model })),
      };
    },
  );
}

/** One client sends the text as it is, the other in quotes, as JSON. */
function wordsOf(body: unknown): string {
  const text = typeof body === 'string' ? body : '';
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'string' ? parsed : text;
  } catch {
    return text;
  }
}

/** Base models first, then those of the project, newest first. */
async function search(words: string, request: FastifyRequest, parts: DialectParts) {
  const wanted = words.toWellFormed().replaceAll('\0', '').trim().slice(0, 200);
  const { models } = parts.registry;
  const lower = wanted.toLowerCase();
  const base = models
    .base()
    .filter(({ fullName, name }) => `${fullName} ${name}`.toLowerCase().includes(lower));
  const own = await models.list(request, { whose: 'own', project: null, limit: most, search: wanted });
  return shownModels([...base, ...own.items], request, parts);
}
