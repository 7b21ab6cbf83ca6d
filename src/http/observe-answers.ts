import type { FastifyInstance } from 'fastify';
import type { Metrics } from './system/metrics.ts';

/** Asked for all the time by machines; worth a line only when someone looks closely. */
const quietRoutes = new Set(['/health', '/ready', '/metrics']);

/** One log line and one measurement for each answer: the declared route, never the query or a body. */
export function observeAnswers(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const facts = {
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    };
    metrics.onAnswered(facts);
    const line = {
      ...facts,
      path: request.url.split('?')[0]?.slice(0, 200),
      key: request.keyId ?? undefined,
    };
    if (quietRoutes.has(route)) request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
  });
}
