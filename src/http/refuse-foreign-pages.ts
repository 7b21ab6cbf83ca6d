import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Keys } from '../keys/open-keys.ts';
import { isLoopbackHost } from '../security/safe-binding.ts';

/**
 * For as long as there are no keys: a server that anything on this machine may use: the pages of other sites in its browser may not.
 *
 * A page can make its own name resolve to 127.0.0.1 and then read our answers as its own (DNS rebinding); the Host header
 * gives it away. Addresses are fine, since a page cannot choose what they mean. And a page can send what it cannot read the
 * answer of; browsers mark that as `cross-site`.
 */
export function refuseForeignPages(
  app: FastifyInstance,
  keys: Pick<Keys, 'required'>,
  baseUrl: string | undefined,
): void {
  const ownHost = baseUrl === undefined ? null : new URL(baseUrl).hostname;
  app.addHook('onRequest', async (request) => {
    if (keys.required) return;
    const host = request.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    if (host !== '' && host !== ownHost && !isLoopbackHost(host) && !ipaddr.isValid(host)) {
      throw new DarkroomError(
        'FORBIDDEN',
        `This server has no keys and answers to localhost only, not to "${host.slice(0, 100)}". Set BASE_URL to the name that it is reached by, or make a key.`,
      );
    }
    if (isCrossSiteWrite(request)) {
      throw new DarkroomError(
        'FORBIDDEN',
        'This server has no keys and takes nothing from pages of other sites. Make a key to use it from them.',
      );
    }
  });
}

function isCrossSiteWrite({ method, headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && method !== 'GET' && method !== 'HEAD';
}
