import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Keys } from '../../keys/open-keys.ts';
import { isLoopbackHost } from '../../security/safe-binding.ts';
import type { AllowsOrigin } from './cors.ts';

interface OwnPages {
  keys: Pick<Keys, 'required'>;
  /** BASE_URL. */
  baseUrl: string | undefined;
  /** Origins that may use the server. */
  allows: AllowsOrigin;
}

/**
 * For as long as there are no keys: a server that anything on this machine may use: the pages of other sites in its browser may not.
 *
 * A page can make its own name resolve to 127.0.0.1 and then read our answers as its own (DNS rebinding); the Host header
 * gives it away. Addresses are fine, since a page cannot choose what they mean. And a page can send what it cannot read the
 * answer of; browsers mark that as `cross-site`, and older ones name at least the origin.
 */
export function refuseForeignPages(app: FastifyInstance, { keys, baseUrl, allows }: OwnPages): void {
  const own = baseUrl === undefined ? null : new URL(baseUrl);
  async function refuse(request: FastifyRequest): Promise<void> {
    if (keys.required) return;
    const host = request.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    if (host !== '' && host !== own?.hostname && !isLoopbackHost(host) && !ipaddr.isValid(host)) {
      throw new DarkroomError(
        'FORBIDDEN',
        `This server has no keys and answers to localhost only, not to "${host.slice(0, 100)}". Set BASE_URL to the name that it is reached by, or make a key.`,
      );
    }
    const { origin } = request.headers;
    if (isWrite(request) && isForeign(request, own) && (origin === undefined || !allows(origin))) {
      throw new DarkroomError(
        'FORBIDDEN',
        'This server has no keys and takes nothing from pages of other sites. Make a key to use it from them, or name their origin in CORS_ORIGINS.',
      );
    }
  }
  app.after(() => {
    app.addHook('onRequest', refuse);
  });
}

const isWrite = ({ method }: FastifyRequest): boolean => method !== 'GET' && method !== 'HEAD';

function isForeign({ headers, host }: FastifyRequest, own: URL | null): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'cross-site';
  if (headers.origin === undefined) return false;
  const from = URL.parse(headers.origin)?.host;
  return from === undefined || (from !== host && from !== own?.host);
}
