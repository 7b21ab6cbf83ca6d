import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DeliveryRecord } from '../../../jobs/outbox/webhook-outbox.ts';
import { webhookEvents } from '../../../jobs/webhook.ts';
import { shownUrl } from '../../../security/outbound-url.ts';
import { messageId } from '../../../webhooks/send-webhooks.ts';
import type { DialectParts } from '../../dialect.ts';
import { findJob } from '../../kit/find-job.ts';
import { errorResponses } from '../error-docs.ts';
import { requestParams } from '../schemas/response-schema.ts';

const tags = ['webhooks'];
const time = z.string().meta({ format: 'date-time' });

const deliverySchema = z.object({
  id: z.string().meta({ description: 'The `webhook-id` header, the same in every attempt.' }),
  event: z.enum(webhookEvents),
  state: z
    .enum(['pending', 'delivered', 'failed'])
    .meta({ description: '`pending` is tried (again); `failed` is given up.' }),
  attempts: z.int(),
  response_status: z.int().nullable().meta({ description: 'Status of the last answer, if there was one.' }),
  error: z.string().nullable().meta({ description: 'Why the last attempt failed.' }),
  created_at: time,
  last_attempt_at: time.nullable(),
});

const deliveriesSchema = z
  .object({
    webhook_url: z.string().nullable().meta({ description: 'Without its query.' }),
    webhook_events: z.array(z.enum(webhookEvents)),
    deliveries: z.array(deliverySchema),
  })
  .meta({ description: 'What the webhook was told, or is to be told.' });

/** What became of the calls of a request's webhook. */
export function addDeliveriesRoute(scope: FastifyInstance, { jobs }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/requests/:request_id/webhooks',
    {
      schema: {
        tags,
        operationId: 'listDeliveries',
        summary: 'How the webhook of a request was called',
        description: 'One item for each event, in their order, with the last attempt at it.',
        params: requestParams,
        response: {
          200: deliveriesSchema,
          ...errorResponses('REQUEST_NOT_FOUND', 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const { id, webhook } = await findJob(jobs, request.params.request_id, request);
      return {
        webhook_url: webhook === null ? null : shownUrl(new URL(webhook.url)),
        webhook_events: webhook?.events ?? [],
        deliveries: (await jobs.webhooks.deliveries(id)).map((one) => deliveryResponse(id, one)),
      };
    },
  );
}

/** The newest calls of all webhooks: what a person looks at who wonders why nothing came. */
export function addRecentDeliveriesRoute(scope: FastifyInstance, { jobs }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/webhooks/deliveries',
    {
      schema: {
        tags,
        operationId: 'listRecentDeliveries',
        summary: 'How webhooks were called lately',
        description: 'The newest first: of the requests of the key, an admin of all.',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Calls.' }),
        }),
        response: {
          200: z
            .object({
              deliveries: z.array(
                deliverySchema.extend({
                  request_id: z.string(),
                  webhook_url: z.string().meta({ description: 'Without its query.' }),
                }),
              ),
            })
            .meta({ description: 'What webhooks were told, or are to be told.' }),
          ...errorResponses('INVALID_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async ({ query: { limit }, seesAll, keyId }) => {
      const recent = await jobs.webhooks.recent({ limit, ...(seesAll ? {} : { keyId }) });
      return {
        deliveries: recent.map(({ job, webhook, ...delivery }) => ({
          ...deliveryResponse(job, delivery),
          request_id: job,
          webhook_url: shownUrl(new URL(webhook.url)),
        })),
      };
    },
  );
}

/** In a scope for admins: whoever has the secret can sign for this server. */
export function addWebhookSecretRoute(scope: FastifyInstance, { webhookSecret }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/webhooks/secret',
    {
      schema: {
        tags,
        operationId: 'getWebhookSecret',
        summary: 'The secret that calls of webhooks are signed with',
        description: 'For verifying them with any library of standardwebhooks.com.',
        response: {
          200: z
            .object({ key: z.string().meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }) })
            .meta({ description: 'The secret.' }),
          ...errorResponses('UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async () => ({ key: webhookSecret }),
  );
}

function deliveryResponse(job: string, delivery: DeliveryRecord) {
  const { sequence, event, state, attempts, responseStatus, error, createdAt, lastAttemptAt } = delivery;
  return {
    id: messageId(job, sequence),
    event,
    state,
    attempts,
    error,
    response_status: responseStatus,
    created_at: createdAt.toISOString(),
    last_attempt_at: lastAttemptAt?.toISOString() ?? null,
  };
}
