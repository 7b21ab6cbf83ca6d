import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../errors/darkroom-error.ts';

/**
 * Aborts when the server begins to close, so that streams that would last end at once. Requests that still arrive on open
 * connections are sent away, and those that are being answered are finished.
 */
export function closeSignal(app: FastifyInstance): AbortSignal {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onRequest', async (_, reply) => {
    if (!closing.signal.aborted) return;
    reply.header('connection', 'close');
    throw new DarkroomError('SHUTTING_DOWN', 'The server is stopping. Try again when it is back.');
  });
  return closing.signal;
}
