import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../dialect.ts';

const tags = ['account'];

/** Who asks, and what there is to run on. */
export function addAccountRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/account',
    {
      schema: {
        tags,
        operationId: 'account.get',
        summary: 'Who asks',
        description: 'The project of the key. `username` is what the names of its models begin with.',
        response: {
          200: z.object({
            type: z.literal('organization'),
            username: z.string(),
            name: z.string(),
            github_url: z.null(),
          }),
        },
      },
    },
    async ({ project: id }) => {
      const project = await parts.registry.project(id);
      const { handle: username, name } = project ?? { handle: id, name: id };
      return { type: 'organization' as const, username, name, github_url: null };
    },
  );
  app.get(
    '/hardware',
    {
      schema: {
        tags,
        operationId: 'hardware.list',
        summary: 'What there is to run on',
        description: 'The devices of this server.',
        response: { 200: z.array(z.object({ sku: z.string(), name: z.string() })) },
      },
    },
    async () => parts.engine.devices().map(({ name, device }) => ({ sku: name, name: device?.name ?? name })),
  );
}

/** In a scope for admins: whoever has the secret can sign for this server. */
export function addWebhookSecretRoute(scope: FastifyInstance, { webhookSecret }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/webhooks/default/secret',
    {
      schema: {
        tags,
        operationId: 'webhooks.default.secret.get',
        summary: 'What calls of webhooks are signed with',
        description: 'For the `validateWebhook` of the clients. It takes a key with the scope `admin`.',
        response: { 200: z.object({ key: z.string() }) },
      },
    },
    async () => ({ key: webhookSecret }),
  );
}
