import type { FastifyInstance } from 'fastify';
import ipaddr from 'ipaddr.js';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { isLoopbackHost } from '../security/safe-binding.ts';

/**
 * For a server without keys: refuse requests that were sent to a name that is not this machine's. A web page can make its
 * own name resolve to 127.0.0.1 and then read our answers as its own (DNS rebinding); the Host header gives it away.
 * Addresses are fine, since a page cannot choose what they mean.
 */
export function refuseForeignHosts(app: FastifyInstance, baseUrl: string | undefined): void {
  const ownHost = baseUrl === undefined ? null : new URL(baseUrl).hostname;
  app.addHook('onRequest', async (request) => {
    const host = request.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    if (host === '' || host === ownHost || isLoopbackHost(host) || ipaddr.isValid(host)) return;
    throw new DarkroomError(
      'FORBIDDEN',
      `This server has no API_KEYS and answers to localhost only, not to "${host.slice(0, 100)}". Set BASE_URL to the name that it is reached by, or API_KEYS.`,
    );
  });
}
