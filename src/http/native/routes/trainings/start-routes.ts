import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { DarkroomError } from '../../../../errors/darkroom-error.ts';
import type { TrainingOrder } from '../../../../training/start-training.ts';
import type { DialectParts } from '../../../dialect.ts';
import { takeLaxValues } from '../../../kit/body/lax-values.ts';
import { idempotencyOf } from '../../../kit/idempotency.ts';
import { sentRequest } from '../../../kit/sent-request.ts';
import { createWebhookUrlCheck } from '../../../kit/webhook-url.ts';
import { errorResponses } from '../../error-docs.ts';
import { readMultipart, receiveUpload, type Upload } from '../../receive-upload.ts';
import {
  type TrainingBody,
  trainingBodySchema,
  trainingPlanResponseSchema,
  trainingResponseSchema,
} from '../../schemas/training-schema.ts';
import { toTrainingOrder, webhookOf } from '../../training.ts';
import { planResponse } from '../../training-details.ts';
import { unknownTrainingFields } from '../../unknown-fields.ts';
import { answerTraining, askerOf, trainingTags } from './answer-training.ts';

const description = `Trains a LoRA on a set of pictures, and keeps each of its epochs in the registry; render with it by its \`model\` id.
Send JSON with \`dataset\`, or multipart/form-data with the files (an archive, or pictures and captions) and the other fields beside
them: \`curl -F file=@pictures.zip -F base=demo -F trigger_word=my_style …/v1/trainings\`.

The set is looked through before the answer: every file that cannot be used is named in \`details.files\`, and nothing is stored then.
What the model or the engine does not use is named in \`warnings\`.`;

const orderErrors = [
  ...(['DATASET_INVALID', 'TRAINING_UNSUPPORTED', 'MODEL_NOT_FOUND', 'INVALID_REQUEST'] as const),
  ...(['TRAINED_MODEL_NOT_FOUND', 'REGISTRY_CONFLICT', 'UNAUTHORIZED', 'FORBIDDEN'] as const),
  ...(['RATE_LIMITED', 'PAYLOAD_TOO_LARGE', 'QUEUE_FULL', 'STORAGE_FULL', 'INTERNAL'] as const),
  'CAPTIONS_UNAVAILABLE' as const,
];

/** In a scope of their own: a body may be a form with files. */
export function addStartRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const checkWebhookUrl = createWebhookUrlCheck(parts.config.OUTBOUND_ALLOW);
  const uploads = new WeakMap<object, Upload & { folder: string }>();
  const laxWarnings = new WeakMap<object, string[]>();

  /** What the body of a request asks for. */
  function orderOf(request: FastifyRequest, body: TrainingBody): TrainingOrder {
    const webhook = webhookOf(body);
    if (webhook !== null) checkWebhookUrl(webhook.url);
    if (typeof body.folder === 'string' && !request.seesAll)
      throw new DarkroomError('FORBIDDEN', 'Only admins may name a folder of the server. Send the files.');
    const read = toTrainingOrder(body);
    const gone = new AbortController();
    request.raw.once('close', () => request.raw.destroyed && !request.raw.complete && gone.abort());
    return {
      ...read,
      asker: askerOf(request),
      target: targetOf(body),
      sources: [...(uploads.get(request)?.files ?? []), ...read.sources],
      dialect: parts.dialect,
      sent: sentRequest(body),
      signal: gone.signal,
      webhook: webhook === null ? null : { ...webhook, origin: parts.linksOf(request).to('') },
      idempotency: idempotencyOf(request.headers['idempotency-key'], body, ['hf_token']),
      warnings: [...(laxWarnings.get(request) ?? []), ...unknownTrainingFields(body)],
    };
  }

  scope.register(async (inner) => {
    readMultipart(inner, parts.config);
    inner.addHook('preValidation', async (request) => {
      if (request.isMultipart()) {
        const folder = path.join(parts.config.scratchFolder, `upload_${randomUUID()}`);
        const upload = await receiveUpload(request, folder, parts.config);
        uploads.set(request, { ...upload, folder });
        request.body = upload.body;
      }
      const lax = takeLaxValues(trainingBodySchema, request.body);
      // A form has nothing but texts.
      laxWarnings.set(request, request.isMultipart() ? [] : lax);
    });
    inner.addHook('onResponse', async (request) => {
      const upload = uploads.get(request);
      if (upload !== undefined) await rm(upload.folder, { recursive: true, force: true });
    });
    const routes = inner.withTypeProvider<ZodTypeProvider>();
    routes.post(
      '/v1/trainings',
      {
        schema: {
          tags: trainingTags,
          operationId: 'createTraining',
          summary: 'Train a LoRA',
          description,
          body: trainingBodySchema,
          response: { 200: trainingResponseSchema, ...errorResponses(...orderErrors) },
        },
      },
      async (request) => {
        const training = await parts.trainings.start(orderOf(request, request.body));
        request.job = training.row.job;
        return answerTraining(training, request, parts);
      },
    );
    routes.post(
      '/v1/trainings/dry-run',
      {
        schema: {
          tags: trainingTags,
          operationId: 'planTraining',
          summary: 'What a training would be',
          description:
            'Takes what POST /v1/trainings takes, checks it in the same way, and answers with what would be trained and with what settings. Nothing is stored.',
          body: trainingBodySchema,
          response: { 200: trainingPlanResponseSchema, ...errorResponses(...orderErrors) },
        },
      },
      async (request) => planResponse(await parts.trainings.plan(orderOf(request, request.body))),
    );
  });
}

function targetOf({ base, model, name }: TrainingBody): TrainingOrder['target'] {
  if (typeof model === 'string' && model !== '') return { model };
  if (typeof base === 'string' && base !== '') return { base, name: name ?? null };
  throw new DarkroomError(
    'INVALID_REQUEST',
    'The training names no model. Send "base" with the id of a base model such as "demo", or "model" with a LoRA of the registry.',
    { details: { problems: [{ path: 'base', message: 'is missing' }] } },
  );
}
