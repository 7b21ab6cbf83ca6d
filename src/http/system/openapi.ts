import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Keys } from '../../keys/open-keys.ts';

const description = `Runs the LoRAs that you trained with ostris/ai-toolkit, and gives back the pictures that the training previews
promised.

Send a request to \`POST /v1/inference\`, follow it, and fetch what it made. Errors are
\`{"error": {"code", "message", "details"}}\`: the message says what was received, what is accepted and what to do.`;

/** The description of every route, made from its zod schemas: register before the routes. */
export function describeRoutes(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Darkroom', version: packageJson.version, description },
      tags: [
        { name: 'inference', description: 'Send work.' },
        { name: 'requests', description: 'Follow it, fetch what it made, cancel it.' },
        { name: 'models', description: 'What can be rendered.' },
        { name: 'webhooks', description: 'Being told, instead of asking.' },
        { name: 'keys', description: 'Who may use this server. For admins.' },
        { name: 'system', description: 'For operators.' },
      ],
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key of `darkroom keys create`, or one of API_KEYS, where the server has any.',
          },
        },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { override: withoutNoise } }),
    transformObject: createJsonSchemaTransformObject({ zodToJsonConfig: { override: withoutNoise } }),
  });
}

/** zod bounds every integer by what a double holds exactly, which tells a reader nothing. */
function withoutNoise({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** `/openapi.json`, and `/docs` to try things out; all of its files come from this server. */
export function addDocs(app: FastifyInstance, keys: Pick<Keys, 'required'>): void {
  const security = () => (keys.required ? [{ key: [] }] : []);
  app.get('/openapi.json', { schema: { hide: true } }, async () => ({
    ...app.swagger(),
    security: security(),
  }));
  app.register(swaggerUi, {
    routePrefix: '/docs',
    uiHooks: { onRequest: addSlash },
    uiConfig: { docExpansion: 'list', persistAuthorization: true, tryItOutEnabled: true },
    theme: { title: 'Darkroom API' },
    transformSpecification: (document) => ({ ...document, servers, security: security() }),
    staticCSP:
      "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  });
  app.get('/', { schema: { hide: true } }, async (_, reply) => reply.redirect('./docs/'));
}

/** The server as seen from `/docs/json`, under whatever path a proxy has it. */
const servers = [{ url: '..' }];

/** The page names its files relative to itself when its path ends with a slash, and then a proxy may put it anywhere. */
function addSlash(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
  if (/\/docs(\?|$)/.test(request.url)) reply.redirect('./docs/');
  else next();
}
