import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { KeyRecord } from '../../../keys/key-record.ts';
import type { DialectParts } from '../../dialect.ts';
import { errorResponses } from '../error-docs.ts';
import {
  createdKeySchema,
  keyResponseSchema,
  keysResponseSchema,
  newKeySchema,
} from '../schemas/keys-schema.ts';

const tags = ['keys'];

/** Making, listing and revoking keys, for admins. */
export function addKeyRoutes(scope: FastifyInstance, dependencies: DialectParts): void {
  addCreateRoute(scope, dependencies);
  addListRoute(scope, dependencies);
  addRevokeRoute(scope, dependencies);
}

function addCreateRoute(scope: FastifyInstance, { keys }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/keys',
    {
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Make a key',
        description:
          'The answer is the only place where the key is ever shown. From the first key on, everything asks for one.',
        body: newKeySchema,
        response: {
          200: createdKeySchema,
          ...errorResponses(
            'INVALID_REQUEST',
            'UNSUPPORTED_MEDIA_TYPE',
            'PAYLOAD_TOO_LARGE',
            'UNAUTHORIZED',
            'FORBIDDEN',
            'RATE_LIMITED',
            'INTERNAL',
          ),
        },
      },
    },
    async (request) => {
      if (!keys.required && request.body.scope !== 'admin') {
        throw new DarkroomError(
          'INVALID_REQUEST',
          'The first key of a server must have the scope "admin": with it the server closes, and nobody could make the next one.',
        );
      }
      const { key, record } = await keys.create(request.body);
      return { key, ...keyResponse(record) };
    },
  );
}

function addListRoute(scope: FastifyInstance, { keys }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/keys',
    {
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'The keys, without what they are',
        description: 'Oldest first, those that were revoked included. Those of API_KEYS are not among them.',
        response: {
          200: keysResponseSchema,
          ...errorResponses('UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async () => ({ keys: (await keys.list()).map(keyResponse) }),
  );
}

function addRevokeRoute(scope: FastifyInstance, { keys }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().delete(
    '/v1/keys/:key_id',
    {
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Revoke a key',
        description: 'It opens nothing from now on. What it has sent goes on.',
        params: z.object({ key_id: z.string().meta({ description: 'Id of the key.' }) }),
        response: {
          200: keyResponseSchema,
          ...errorResponses('KEY_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => keyResponse(await keys.revoke(printable(request.params.key_id))),
  );
}

/** Ids are ours: what cannot be one must not reach the database, which would choke on some of it. */
const printable = (id: string): string => id.replaceAll(/[^\w-]/g, '?');

function keyResponse({ id, name, scope, project, createdAt, revokedAt }: KeyRecord) {
  return {
    id,
    name,
    scope,
    project,
    created_at: createdAt.toISOString(),
    revoked_at: revokedAt?.toISOString() ?? null,
  };
}
