import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DarkroomError } from '../../errors/darkroom-error.ts';

/** What an answer may still take when the server closes: a client that does not read must not keep it from ending. */
const answerGraceMs = 5_000;

/**
 * Aborts when the server begins to close, so that streams that would last end at once. Requests that still arrive on open
 * connections are sent away, those that are being answered are finished, and each connection is closed with its answer.
 *
 * Node itself closes only connections that are idle at that moment, and waits more than a minute for the others: those in
 * use, and those that a browser opened ahead and that never carried a request.
 */
export function closeSignal(app: FastifyInstance, graceMs = answerGraceMs): AbortSignal {
  const closing = new AbortController();
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.addHook('preClose', async () => {
    closing.abort();
    // One that has sent the start of a request gets its answer.
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
  app.after(() => {
    app.addHook('onRequest', async (request, reply) => {
      unused.delete(request.raw.socket);
      if (!closing.signal.aborted) return;
      reply.header('connection', 'close');
      throw new DarkroomError('SHUTTING_DOWN', 'The server is stopping. Try again when it is back.');
    });
  });
  app.addHook('onResponse', async (request) => {
    if (closing.signal.aborted) request.raw.socket.destroySoon();
  });
  return closing.signal;
}
