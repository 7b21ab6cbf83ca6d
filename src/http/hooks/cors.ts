import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';

/** Whether pages of an origin, as their browser names it, may use this server. */
export type AllowsOrigin = (origin: string) => boolean;

/** What a page may read besides the body and the headers that it may always read. */
const exposedHeaders = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'etag',
  'idempotency-replayed',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];
/** Seconds that a browser remembers the answer to a preflight, as in the reference server. */
const maxAge = 600;

/** CORS_ORIGINS as a check: `*` is every origin, and `https://*.example.com` those of its subdomains. */
export function allowedOrigins(origins: Config['CORS_ORIGINS']): AllowsOrigin {
  const patterns = origins.map(
    (origin) =>
      new RegExp(
        origin === '*' ? '' : `^${origin.replaceAll(/[.+?^$()|[\]\\]/g, '\\$&').replace('*', '[^/:@]+')}$`,
        'i',
      ),
  );
  return (origin) => patterns.some((pattern) => pattern.test(origin));
}

/**
 * Let pages of the allowed origins use the API, with every method and header and with credentials, as the reference server
 * lets those of all origins. A preflight for others is refused with what would allow it: that is where people look. Hooks
 * that may refuse a request are added in `app.after`, so that a page can read why.
 */
export function allowOrigins(
  app: FastifyInstance,
  origins: Config['CORS_ORIGINS'],
  allows: AllowsOrigin,
): void {
  app.addHook('onRequest', async (request) => {
    const { origin } = request.headers;
    if (isPreflight(request) && origin !== undefined && !allows(origin)) throw notAllowed(origin, origins);
  });
  if (origins.length === 0) return;
  app.register(cors, {
    delegator: (request, callback) => {
      const { origin = '' } = request.headers;
      const concerned = request.method === 'OPTIONS' ? isPreflight(request) : allows(origin);
      callback(null, { origin: concerned, credentials: true, methods, exposedHeaders, maxAge });
    },
  });
}

function isPreflight({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

function notAllowed(asking: string, origins: readonly string[]): DarkroomError {
  const origin = /^[\x21-\x7e]{1,200}$/.test(asking) ? asking : 'this origin';
  const why =
    origins.length === 0
      ? `no pages of other origins may, until CORS_ORIGINS names them. Start the server with CORS_ORIGINS=${origin} to allow it`
      : `CORS_ORIGINS does not name it. Add it there to allow it; it names ${origins.join(', ')}`;
  return new DarkroomError('FORBIDDEN', `Pages of ${origin} may not use this server: ${why}.`, {
    details: { origin, setting: 'CORS_ORIGINS' },
  });
}
