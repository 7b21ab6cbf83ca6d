import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The `x-request-id` that the client (or a proxy) chose when it is one that is safe to log, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
