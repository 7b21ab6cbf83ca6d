import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { TrainingOrder } from '../../../training/start-training.ts';
import type { Training } from '../../../training/training-store.ts';
import type { DialectParts } from '../../dialect.ts';
import { takeLaxValues } from '../../kit/body/lax-values.ts';
import { followJob } from '../../kit/follow-job.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { sendFile } from '../../kit/send-file.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { storableText } from '../../kit/storable-text.ts';
import { createWebhookUrlCheck } from '../../kit/webhook-url.ts';
import { errorResponses } from '../error-docs.ts';
import { toSentEvent } from '../events.ts';
import { readMultipart, receiveUpload, type Upload } from '../receive-upload.ts';
import {
  extensionBodySchema,
  lossResponseSchema,
  type TrainingBody,
  trainingBodySchema,
  trainingListSchema,
  trainingParams,
  trainingPlanResponseSchema,
  trainingResponseSchema,
} from '../schemas/training-schema.ts';
import { toTrainingOrder, trainingResponse, webhookOf } from '../training.ts';
import { planResponse } from '../training-details.ts';
import { unknownTrainingFields } from '../unknown-fields.ts';

const tags = ['trainings'];
const errors = errorResponses('TRAINING_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL');

/** Start, list, read, change and follow trainings. */
export function addTrainingRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addStartRoutes(scope, parts);
  addListRoute(scope, parts);
  addReadRoutes(scope, parts);
  addOrderRoutes(scope, parts);
  addExtendRoute(scope, parts);
  addFollowRoute(scope, parts);
}

const askerOf = ({ project, keyId, seesAll }: FastifyRequest): Asker => ({ project, keyId, seesAll });

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
function addStartRoutes(scope: FastifyInstance, parts: DialectParts): void {
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
          tags,
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
        return answer(training, request, parts);
      },
    );
    routes.post(
      '/v1/trainings/dry-run',
      {
        schema: {
          tags,
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

async function answer(training: Training, request: FastifyRequest, parts: DialectParts) {
  const { registry, jobs, linksOf } = parts;
  const { row, job } = training;
  const version = row.version === null ? null : await registry.versions.find(row.version);
  const status = await jobs.status(row.job);
  const everyone = { project: job.project, keyId: null, seesAll: true };
  const name = await registry.models.get(everyone, row.model).then(
    (model) => model.name,
    () => row.model,
  );
  return trainingResponse(training, { name, version, progress: status?.progress ?? null }, linksOf(request));
}

const listQuery = z.object({
  model: storableText(100).optional().meta({ description: 'Only trainings of this LoRA of the registry.' }),
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Trainings in a page.' }),
  cursor: storableText(100).optional().meta({ description: '`next_cursor` of the page before.' }),
});

function addListRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/trainings',
    {
      schema: {
        tags,
        operationId: 'listTrainings',
        summary: 'Trainings, newest first',
        description: 'Those of the project of the key; an admin sees all. Page by page, as requests are.',
        querystring: listQuery,
        response: {
          200: trainingListSchema,
          ...errorResponses('INVALID_REQUEST', 'UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const { model, limit, cursor } = request.query;
      const { trainings, next } = await parts.trainings.list(askerOf(request), {
        limit,
        ...(model === undefined ? {} : { model }),
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      const answers = await Promise.all(trainings.map((training) => answer(training, request, parts)));
      return { trainings: answers, next_cursor: next };
    },
  );
}

function addReadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const { trainings, registry, files } = parts;
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/v1/trainings/:training_id',
    {
      schema: {
        tags,
        operationId: 'getTraining',
        summary: 'How far a training is, and its epochs',
        description:
          'Its state, its loss, and each epoch with what to send to render with it and the pictures that show it.',
        params: trainingParams,
        response: { 200: trainingResponseSchema, ...errors },
      },
    },
    async (request) =>
      answer(await trainings.get(askerOf(request), request.params.training_id), request, parts),
  );
  app.get(
    '/v1/trainings/:training_id/loss',
    {
      schema: {
        tags,
        operationId: 'getTrainingLoss',
        summary: 'The curve of its loss',
        description: 'Mean losses by step, thinned to what a chart can show.',
        params: trainingParams,
        response: { 200: lossResponseSchema, ...errors },
      },
    },
    async (request) => {
      const points = await trainings.points(askerOf(request), request.params.training_id);
      return { points: points.map(({ step, loss, learningRate: lr }) => ({ step, loss, lr })) };
    },
  );
  app.get(
    '/v1/trainings/:training_id/samples/:step/:index',
    {
      schema: {
        tags,
        operationId: 'getTrainingSample',
        summary: 'A picture that shows one of its epochs',
        description: 'Pixel for pixel what the same request renders with that epoch.',
        params: z.object({
          ...trainingParams.shape,
          step: z.coerce.number().int(),
          index: z.coerce.number().int(),
        }),
        response: {
          200: { description: 'The picture.', content: { 'image/png': { schema: z.string() } } },
          ...errorResponses(
            ...(['INVALID_REQUEST', 'TRAINING_NOT_FOUND', 'OUTPUT_NOT_FOUND'] as const),
            ...(['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { training_id, step, index } = request.params;
      const { row } = await trainings.get(askerOf(request), training_id);
      const version = row.version === null ? null : await registry.versions.find(row.version);
      const epoch = version?.epochs.find((one) => one.step === step);
      const id = epoch?.samples.find((one) => one.index === index)?.asset;
      const asset = id === undefined ? undefined : (await registry.assets.named([id])).get(id);
      if (asset === undefined)
        throw new DarkroomError('OUTPUT_NOT_FOUND', `The training has no sample ${index} of step ${step}.`);
      return sendFile(request, reply, files, {
        key: blobKey(asset.blob),
        bytes: asset.bytes,
        sha256: asset.blob,
        contentType: asset.mime,
        name: asset.name,
        download: false,
      });
    },
  );
}

const orders = {
  cancel: ['Cancel a training', 'It stops at its next step. The epochs that it has made are kept.'],
  pause: ['Pause a training', 'It stops at its next step with its state on disk, and waits to be resumed.'],
  resume: ['Resume a paused training', 'It waits for the device again, and goes on from its state.'],
  save: ['Make an epoch now', 'One more epoch than planned, after the current step.'],
} as const;

function addOrderRoutes(scope: FastifyInstance, parts: DialectParts): void {
  for (const order of ['cancel', 'pause', 'resume', 'save'] as const)
    scope.withTypeProvider<ZodTypeProvider>().post(
      `/v1/trainings/:training_id/${order}`,
      {
        schema: {
          tags,
          operationId: `${order}Training`,
          summary: orders[order][0],
          params: trainingParams,
          description: orders[order][1],
          response: { 200: trainingResponseSchema, ...errors, ...errorResponses('REGISTRY_CONFLICT') },
        },
      },
      async (request) =>
        answer(await parts.trainings[order](askerOf(request), request.params.training_id), request, parts),
    );
}

function addExtendRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/trainings/:training_id/extend',
    {
      schema: {
        tags,
        operationId: 'extendTraining',
        summary: 'Train on from where a training has ended',
        description:
          'A new training of the same model on the same set, from the state of the old one, which is kept for KEEP_STATE_DAYS. Its epochs are another version.',
        params: trainingParams,
        body: extensionBodySchema,
        response: {
          200: trainingResponseSchema,
          ...errors,
          ...errorResponses('INVALID_REQUEST', 'REGISTRY_CONFLICT', 'REGISTRY_GONE', 'QUEUE_FULL'),
        },
      },
    },
    async (request) => {
      const training = await parts.trainings.extend(request.params.training_id, {
        asker: askerOf(request),
        steps: request.body.steps,
        dialect: parts.dialect,
        sent: sentRequest(request.body),
      });
      request.job = training.row.job;
      return answer(training, request, parts);
    },
  );
}

const eventsDescription = `Server-sent events, as those of a request, with two more:

- \`epoch\` \`{number, step, loss}\`: an epoch is kept and can be rendered with
- \`held\` \`{}\`: it is paused

\`progress\` has \`loss\` while its \`phase\` is \`training\`.`;

function addFollowRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/trainings/:training_id/events',
    {
      schema: {
        tags,
        operationId: 'followTraining',
        summary: 'Follow a training',
        description: eventsDescription,
        params: trainingParams,
        querystring: z.object({ last_event_id: z.string().optional() }),
        response: {
          200: {
            description: 'Events, until the training has ended.',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const { row } = await parts.trainings.get(askerOf(request), request.params.training_id);
      const context = { links: parts.linksOf(request), locate: parts.files.locate };
      const resumed = request.query.last_event_id;
      return followJob({ request, reply, resumed }, row.job, (event) => toSentEvent(event, context), parts);
    },
  );
}
