import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { UrlSigner } from '../artifacts/signed-url.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { type ApiKeys, bearerCredential } from '../security/api-keys.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Id of the API key that the request came with; null on an open server or with a signed URL. */
    keyId: string | null;
  }
}

export interface KeyCheck {
  keys: ApiKeys;
  signer: UrlSigner;
  clock: () => Date;
}

/** Ask for a key on every route of this scope, before anything of a body is read. */
export function requireKey(app: FastifyInstance, check: KeyCheck): void {
  app.addHook('onRequest', async (request, reply) => {
    if (check.keys.required) request.keyId = identify(request, reply, check.keys);
  });
}

/** The same for a scope whose URLs may be signed instead: the signature covers the path and the time it expires. */
export function requireKeyOrSignature(app: FastifyInstance, check: KeyCheck): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!check.keys.required) return;
    const query = signatureQuery.safeParse(request.query);
    if (!query.success || request.headers.authorization !== undefined) {
      request.keyId = identify(request, reply, check.keys);
      return;
    }
    const path = request.url.split('?')[0] ?? '';
    if (check.signer.verify(path, query.data, check.clock())) return;
    throw new DarkroomError(
      'FORBIDDEN',
      'This link has expired or was altered. Ask for the result again to get a new one.',
    );
  });
}

const signatureQuery = z.object({ expires: z.string(), signature: z.string() });

function identify(request: FastifyRequest, reply: FastifyReply, keys: ApiKeys): string {
  const credential = bearerCredential(request.headers.authorization);
  const keyId = credential === null ? null : keys.identify(credential);
  if (keyId !== null) return keyId;
  reply.header('www-authenticate', 'Bearer');
  throw new DarkroomError(
    'UNAUTHORIZED',
    credential === null
      ? 'This server asks for an API key. Send "Authorization: Bearer <key>" with one of its API_KEYS.'
      : 'The API key is not one of this server. Check it for missing or extra characters.',
  );
}
