import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import { type KeyCheck, requireKey } from '../kit/key-check.ts';
import type { Metrics } from './metrics.ts';

/** Behind a key where keys are set, since it tells what the server is used for. */
export function addMetricsRoute(
  app: FastifyInstance,
  metrics: Metrics,
  check: Pick<KeyCheck, 'keys' | 'credential'>,
  describeProblems?: Dialect['describeProblems'],
): void {
  app.register(async (scope) => {
    requireKey(scope, check);
    scope.get(
      '/metrics',
      {
        schema: {
          tags: ['system'],
          operationId: 'getMetrics',
          summary: 'Prometheus metrics',
          description: 'HTTP, queue and engine, in the text format.',
          response: {
            200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } },
            ...describeProblems?.('UNAUTHORIZED', 'INTERNAL'),
          },
        },
      },
      async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()),
    );
  });
}
