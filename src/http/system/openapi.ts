import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Keys } from '../../keys/open-keys.ts';
import type { Dialect } from '../dialect.ts';

const description = `Runs the LoRAs that you trained with ostris/ai-toolkit, and gives back the pictures that the training previews
promised.

Send a request to \`POST /v1/inference\`, follow it, and fetch what it made. Errors are
\`{"error": {"code", "message", "details"}}\`: the message says what was received, what is accepted and what to do.`;

/**
 * The descriptions of all routes, made from their zod schemas: register before the routes. The document of the server has the
 * routes of the first dialect and of the system; each further dialect that describes itself has a document of its own, so that
 * nobody reads of two APIs in one.
 */
export function describeRoutes(app: FastifyInstance, dialects: readonly Dialect[]): void {
  const own = dialects[0]?.id;
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Darkroom', version: packageJson.version, description },
      tags: [
        { name: 'inference', description: 'Send work.' },
        { name: 'requests', description: 'Follow it, fetch what it made, cancel it.' },
        {
          name: 'sheets',
          description:
            'Contact sheets: a picture for each combination of prompts, LoRAs, seeds and settings.',
        },
        { name: 'pictures', description: 'What was made: find it, mark it, take it along.' },
        { name: 'loras', description: 'The LoRA files of this server.' },
        { name: 'models', description: 'What can be rendered.' },
        { name: 'webhooks', description: 'Being told, instead of asking.' },
        { name: 'presets', description: 'Settings that a key keeps under names.' },
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
    transform: only(({ config }) => config?.dialect === undefined || config.dialect === own),
    transformObject,
  });
  for (const dialect of dialects) {
    if (dialect.document === undefined) continue;
    const { title, description, tags, securityScheme } = dialect.document;
    app.register(swagger, {
      decorator: documentOf(dialect),
      openapi: {
        openapi: '3.1.0',
        info: { title, version: packageJson.version, description },
        tags: tags.map(([name, description]) => ({ name, description })),
        components: { securitySchemes: { key: securityScheme } },
      },
      transform: only(({ config }) => config?.dialect === dialect.id),
      transformObject,
    });
  }
}

const documentOf = ({ id }: Pick<Dialect, 'id'>): string => `swagger_${id}`;
const transformSchema = createJsonSchemaTransform({ zodToJsonConfig: { override: withoutNoise } });
const transformObject = createJsonSchemaTransformObject({ zodToJsonConfig: { override: withoutNoise } });

/** Describes the routes that belong, and leaves out the others. */
function only(belongs: (route: RouteOptions) => boolean): typeof transformSchema {
  return (input) =>
    belongs(input.route) ? transformSchema(input) : { schema: { hide: true }, url: input.url };
}

/** zod bounds every integer by what a double holds exactly, which tells a reader nothing. */
function withoutNoise({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** `/openapi.json`, those of further dialects, and `/docs` to try things out; all of its files come from this server. */
export function addDocs(
  app: FastifyInstance,
  keys: Pick<Keys, 'required'>,
  dialects: readonly Dialect[],
): void {
  const security = () => (keys.required ? [{ key: [] }] : []);
  for (const dialect of dialects) {
    if (dialect.document === undefined) continue;
    app.get(`${dialect.prefix}/openapi.json`, { schema: { hide: true } }, async () => ({
      ...app.getDecorator<FastifyInstance['swagger']>(documentOf(dialect))(),
      security: security(),
    }));
  }
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
}

/** Where there is no page. */
export function redirectToDocs(app: FastifyInstance): void {
  app.get('/', { schema: { hide: true } }, async (_, reply) => reply.redirect('./docs/'));
}

/** The server as seen from `/docs/json`, under whatever path a proxy has it. */
const servers = [{ url: '..' }];

/** The page names its files relative to itself when its path ends with a slash, and then a proxy may put it anywhere. */
function addSlash(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
  if (/\/docs(\?|$)/.test(request.url)) reply.redirect('./docs/');
  else next();
}
