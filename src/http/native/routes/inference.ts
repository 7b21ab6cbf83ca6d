import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { DialectParts } from '../../dialect.ts';
import { acceptRequest, type Submission } from '../../kit/accept-request.ts';
import { takeLaxValues } from '../../kit/body/lax-values.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { createWebhookUrlCheck } from '../../kit/webhook-url.ts';
import { errorResponses, submissionCodes } from '../error-docs.ts';
import { toSubmission } from '../request.ts';
import { acceptedResponse } from '../response.ts';
import { createInferenceSchema, type InferenceBody } from '../schemas/request-schema.ts';
import { acceptedSchema } from '../schemas/response-schema.ts';

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

export function addInferenceRoute(scope: FastifyInstance, parts: DialectParts): void {
  const body = createInferenceSchema({
    maxPrompts: parts.config.MAX_PROMPTS,
    models: [...parts.catalog.keys()],
  });
  const laxWarnings = new WeakMap<object, string[]>();
  const topFields = Object.keys(body.shape);
  const checkWebhookUrl = createWebhookUrlCheck(parts.config.OUTBOUND_ALLOW);
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
      const { job, position } = await acceptRequest(
        { request, reply },
        idempotency,
        () => read(request, request.body),
        { ...parts, checkWebhookUrl },
      );
      return acceptedResponse(job, position, parts.linksOf(request));
    },
  );

  function read(request: object, body: InferenceBody): Submission {
    const submission = toSubmission(body, topFields);
    return { ...submission, warnings: [...(laxWarnings.get(request) ?? []), ...submission.warnings] };
  }
}
