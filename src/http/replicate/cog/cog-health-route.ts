import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { assertNever } from '../../../errors/assert-never.ts';
import type { DialectParts } from '../../dialect.ts';
import { cogVersion } from '../cog-document.ts';

const statuses = ['UNKNOWN', 'STARTING', 'READY', 'BUSY', 'SETUP_FAILED', 'DEFUNCT', 'UNHEALTHY'] as const;

const healthSchema = z.object({
  status: z.enum(statuses),
  setup: z.object({
    started_at: z.iso.datetime(),
    status: z.enum(['starting', 'succeeded', 'failed']),
    logs: z.string(),
  }),
  version: z.object({ coglet: z.string(), cog: z.string(), python: z.string().exactOptional() }),
});

/** For probes, so that it asks for no key. */
export function addHealthRoute(scope: FastifyInstance, parts: DialectParts): void {
  const began = parts.clock().toISOString();
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/health-check',
    {
      schema: {
        tags: ['model'],
        operationId: 'healthCheck',
        summary: 'How the engine is',
        description: '`BUSY`: the queue is full, so the next prediction is answered with 409.',
        response: { 200: healthSchema },
      },
    },
    async () => {
      const status = await statusOf(parts);
      const { reason, versions } = parts.engine.status();
      return {
        status,
        setup: {
          started_at: began,
          status:
            status === 'STARTING'
              ? ('starting' as const)
              : status === 'SETUP_FAILED'
                ? ('failed' as const)
                : ('succeeded' as const),
          logs: reason ?? '',
        },
        version: {
          coglet: cogVersion,
          cog: cogVersion,
          ...(versions.python === undefined ? {} : { python: versions.python }),
        },
      };
    },
  );
}

async function statusOf({
  engine,
  jobs,
  config,
}: Pick<DialectParts, 'engine' | 'jobs' | 'config'>): Promise<(typeof statuses)[number]> {
  const { state } = engine.status();
  switch (state) {
    case 'starting':
    case 'restarting':
      return 'STARTING';
    case 'unavailable':
      return 'SETUP_FAILED';
    case 'stopped':
      return 'DEFUNCT';
    case 'ready':
    case 'busy':
    case 'elsewhere': {
      const depth = await jobs.depth().catch(() => null);
      if (depth === null) return 'UNHEALTHY';
      return depth.queued >= config.MAX_QUEUE ? 'BUSY' : 'READY';
    }
    default:
      return assertNever(state);
  }
}
