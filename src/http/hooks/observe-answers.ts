import type { FastifyInstance } from 'fastify';
import type { ErrorCode } from '../../errors/codes.ts';
import type { Metrics } from '../system/metrics.ts';

/** Asked for all the time by machines; worth a line only when someone looks closely. */
const quietRoutes = new Set(['/health', '/ready', '/metrics']);

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the error that it was answered with. */
    errorCode: ErrorCode | null;
    /** The request for pictures that it is about, which the lines of the worker and of the engine name too. */
    job: string | null;
  }
}

/** One log line and one measurement for each answer: the declared route, never the query or a body. */
export function observeAnswers(app: FastifyInstance, metrics: Metrics): void {
  app.decorateRequest('errorCode', null);
  app.decorateRequest('job', null);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const facts = {
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
      code: request.errorCode,
    };
    metrics.onAnswered(facts);
    const line = {
      ...facts,
      code: request.errorCode ?? undefined,
      job: request.job ?? undefined,
      path: request.url.split('?')[0]?.slice(0, 200),
      key: request.keyId ?? undefined,
    };
    if (quietRoutes.has(route)) request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
  });
}
