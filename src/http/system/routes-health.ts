import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ReadinessParts, readiness, readinessSchema } from './readiness.ts';

const tags = ['system'];

export const healthSchema = z.object({
  status: z.literal('healthy'),
  devices: z
    .array(z.object({ name: z.string(), state: z.string() }))
    .meta({ description: 'Each device of this process and the state of its engine.' }),
});

/** `/health` says that the process answers, `/ready` whether it can render. Both are open, for probes. */
export function addHealthRoutes(app: FastifyInstance, dependencies: ReadinessParts): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/health',
    {
      schema: {
        tags,
        operationId: 'getHealth',
        summary: 'Whether the server answers',
        description: 'It is healthy also when no device is up: `devices` says so, and /ready why.',
        response: { 200: healthSchema.meta({ description: 'It does.' }) },
      },
    },
    async () => ({
      status: 'healthy' as const,
      devices: dependencies.engine.devices().map(({ name, state }) => ({ name, state })),
    }),
  );
  routes.get(
    '/ready',
    {
      schema: {
        tags,
        operationId: 'getReadiness',
        summary: 'Whether the server can render',
        description:
          '503 with the reasons while it cannot. Requests are accepted and stored while it is starting or restarting. A server that leaves rendering to workers is ready when its database answers; `warnings` says when there is no worker.',
        response: {
          200: readinessSchema.meta({ description: 'An engine is up.' }),
          503: readinessSchema.meta({ description: 'None is; `reasons` says why.' }),
        },
      },
    },
    async (_, reply) => {
      const body = await readiness(dependencies);
      return reply.code(body.ready ? 200 : 503).send(body);
    },
  );
}
