import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EngineStatus } from '../../engines/engine.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Accepted } from '../../jobs/queue/accept-jobs.ts';
import { takeLaxValues } from '../kit/body/lax-values.ts';
import { idempotencyOf } from '../kit/idempotency.ts';
import type { Links } from '../kit/links.ts';
import { createWebhookUrlCheck } from '../kit/webhook-url.ts';
import type { NativeDependencies } from './dependencies.ts';
import { errorResponses, submissionCodes } from './error-responses.ts';
import { toSubmission } from './request.ts';
import { createInferenceSchema } from './request-schema.ts';
import { acceptedResponse } from './response.ts';
import { type AcceptedResponse, acceptedSchema } from './response-schema.ts';

const description = `Checks the request, stores it, and answers at once; a picture takes longer. Poll \`status_url\`, or follow
\`events_url\`. Everything that can be known beforehand is checked here, the LoRA files included.

What the model cannot use, and fields that nobody knows, are named in \`warnings\`.`;

const headers = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .meta({
      description:
        'A name of your choice for this request: sending it again with the same body answers with the same request instead of a second one.',
      examples: ['3f1c9a52-order-17'],
    }),
});

export function addInferenceRoute(scope: FastifyInstance, dependencies: NativeDependencies): void {
  const body = createInferenceSchema({
    maxPrompts: dependencies.config.MAX_PROMPTS,
    models: [...dependencies.catalog.keys()],
  });
  const laxWarnings = new WeakMap<FastifyRequest, string[]>();
  const topFields = Object.keys(body.shape);
  const checkWebhookUrl = createWebhookUrlCheck(dependencies.config.OUTBOUND_ALLOW);
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/inference',
    {
      preValidation: async (request) => {
        laxWarnings.set(request, takeLaxValues(body, request.body));
      },
      schema: {
        tags: ['inference'],
        operationId: 'createInference',
        summary: 'Queue pictures or videos for rendering',
        description,
        headers,
        body,
        response: {
          200: acceptedSchema,
          ...errorResponses(
            ...submissionCodes,
            'INVALID_REQUEST',
            'UNAUTHORIZED',
            'FORBIDDEN',
            'RATE_LIMITED',
            'UNSUPPORTED_MEDIA_TYPE',
            'PAYLOAD_TOO_LARGE',
            'IDEMPOTENCY_CONFLICT',
            'QUEUE_FULL',
            'ENGINE_UNAVAILABLE',
            'MODEL_FILES_MISSING',
            'STORAGE_FULL',
            'DATABASE_UNAVAILABLE',
            'SHUTTING_DOWN',
            'INTERNAL',
          ),
        },
      },
    },
    async (request, reply) => {
      const idempotency = idempotencyOf(request.headers['idempotency-key'], request.body, ['hf_token']);
      const links = dependencies.linksOf(request);
      // Before anything is checked: what was accepted once is answered, whatever has changed since.
      const replay = await dependencies.jobs.replay({ keyId: request.keyId, idempotency });
      if (replay !== null) return answer(request, reply, replay, links);
      assertEngineCanStart(dependencies.engine.status());
      const {
        request: renderRequest,
        hfToken,
        webhook,
        ...submission
      } = toSubmission(request.body, topFields);
      const warnings = [...(laxWarnings.get(request) ?? []), ...submission.warnings];
      if (webhook !== null) checkWebhookUrl(webhook.url);
      const accepted = await dependencies.submit(renderRequest, {
        keyId: request.keyId,
        webhook: webhook === null ? null : { ...webhook, origin: links.to('') },
        idempotency,
        hfToken,
        warnings,
      });
      if (!accepted.replayed) dependencies.onAccepted(accepted.job.model);
      return answer(request, reply, accepted, links);
    },
  );
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  accepted: Accepted,
  links: Links,
): AcceptedResponse {
  request.job = accepted.job.id;
  if (accepted.replayed) reply.header('idempotency-replayed', 'true');
  return acceptedResponse(accepted.job, accepted.position, links);
}

/** An engine that is starting or restarting gets to the work in time; one that cannot start would let it wait for ever. */
function assertEngineCanStart({ state, reason }: EngineStatus): void {
  if (state !== 'unavailable') return;
  throw new DarkroomError(
    'ENGINE_UNAVAILABLE',
    `The engine cannot start: ${reason ?? 'the server log says why'}. GET /ready says when it can.`,
  );
}
