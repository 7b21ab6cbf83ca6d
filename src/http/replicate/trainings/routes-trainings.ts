import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Job } from '../../../jobs/job.ts';
import type { DialectParts } from '../../dialect.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { requireKeyOrSignature } from '../../kit/key-check.ts';
import { createWebhookUrlCheck } from '../../kit/webhook-url.ts';
import { pageOf } from '../page.ts';
import { prefix } from '../prefix.ts';
import { findServedModel, findVersion, type ServedModel } from '../served-model.ts';
import { webhookOf } from '../webhook-fields.ts';
import { findTraining, trainingKinds } from './find-training.ts';
import { trainingAnswer, trainingSchema } from './training-answer.ts';
import { readTrainingOrder, trainingBody } from './training-order.ts';
import { weightsTar } from './weights-tar.ts';

const tags = ['trainings'];
const params = z.object({ id: z.string().max(100) });
/** Trainings, which end in a version of a model. */
export function addTrainingRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addCreateRoute(scope, parts);
  addReadRoutes(scope, parts);
}

function addCreateRoute(scope: FastifyInstance, parts: DialectParts): void {
  const checkWebhookUrl = createWebhookUrlCheck(parts.config.OUTBOUND_ALLOW);
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/models/:owner/:name/versions/:version/trainings',
    {
      schema: {
        tags,
        operationId: 'trainings.create',
        summary: 'Train a LoRA',
        description:
          'On the base model in the path, with the inputs that Replicate publishes for its trainer. What comes of it is a version of `destination`, which has to be there. A LoRA that is trained already becomes one as it is: `skip_training_and_use_pretrained_hf_lora_url`.',
        params: z.object({
          owner: z.string().max(100),
          name: z.string().max(100),
          version: z.string().max(100),
        }),
        body: trainingBody,
        response: { 201: trainingSchema },
      },
    },
    async (request, reply) => {
      const { owner, name, version } = request.params;
      const trainer = await findServedModel(owner, name, request, parts);
      if (findVersion(trainer, version) === null) throw versionMissing(trainer, version);
      const { body } = request;
      const webhook = webhookOf(body);
      if (webhook !== null) checkWebhookUrl(webhook.url);
      const order = await readTrainingOrder(trainer, version, body, request, parts);
      const common = {
        webhook: webhook === null ? null : { ...webhook, origin: parts.linksOf(request).to('') },
        idempotency: idempotencyOf(request.headers['idempotency-key'], { url: request.url, ...body }, []),
      };
      const { job } =
        order.kind === 'train'
          ? await parts.trainings.start({ ...order.training, ...common })
          : await parts.submitImport(request, order.request, { ...order.context, ...common });
      request.job = job.id;
      const training = trainingAnswer(job, {
        links: parts.linksOf(request),
        progress: null,
        now: parts.clock(),
      });
      return reply.code(201).header('location', training.urls.get).send(training);
    },
  );
}

const versionMissing = ({ owner, name }: ServedModel, version: string): DarkroomError =>
  new DarkroomError(
    'TRAINED_MODEL_NOT_FOUND',
    `${owner}/${name} has no version "${version.slice(0, 64)}". GET /models/${owner}/${name}/versions lists them.`,
  );

function addReadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const one = { tags, params, response: { 200: trainingSchema } };
  app.get(
    '/trainings/:id',
    {
      schema: {
        ...one,
        operationId: 'trainings.get',
        summary: 'One training',
        description: 'The last line of its `logs` says how far it is.',
      },
    },
    async (request) => readTraining(await findTraining(request.params.id, request, parts), request, parts),
  );
  app.post(
    '/trainings/:id/cancel',
    {
      schema: {
        ...one,
        operationId: 'trainings.cancel',
        summary: 'Cancel a training',
        description:
          'It stops at its next step, and no version comes of it. One that has ended stays as it is.',
      },
    },
    async (request) => {
      const { id } = await findTraining(request.params.id, request, parts);
      return readTraining(await parts.jobs.cancel(id), request, parts);
    },
  );
  app.get(
    '/trainings',
    {
      schema: {
        tags,
        operationId: 'trainings.list',
        summary: 'Trainings, newest first',
        description: 'Those that the project has started by this API, 100 on a page.',
        querystring: z.object({ cursor: z.string().max(100).optional() }),
        response: { 200: pageOf(trainingSchema) },
      },
    },
    async (request) => {
      const { cursor } = request.query;
      const { jobs, nextCursor } = await parts.jobs.list({
        kind: trainingKinds,
        dialect: parts.dialect,
        limit: 100,
        ...(request.seesAll ? {} : { project: request.project }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      const links = parts.linksOf(request);
      const next = new URLSearchParams({ cursor: nextCursor ?? '' });
      return {
        next: nextCursor === null ? null : links.to(`${prefix}/trainings?${next}`),
        previous: null,
        results: jobs.map((job) => trainingAnswer(job, { links, progress: null, now: parts.clock() })),
      };
    },
  );
}

export async function readTraining(job: Job, request: FastifyRequest, parts: DialectParts) {
  const status = job.state === 'running' ? await parts.jobs.status(job.id) : null;
  const told = { links: parts.linksOf(request), progress: status?.progress ?? null, now: parts.clock() };
  return trainingAnswer(job, told);
}

/** The weights of a training, by a link that is signed. */
export function addWeightsRoute(scope: FastifyInstance, parts: DialectParts): void {
  requireKeyOrSignature(scope, parts.check);
  scope
    .withTypeProvider<ZodTypeProvider>()
    .get('/trainings/:id/trained_model.tar', { schema: { params, hide: true } }, async (request, reply) => {
      const job = await findTraining(request.params.id, request, parts);
      const version = job.made === undefined ? null : await parts.registry.versions.find(job.made.version);
      const file = version?.epochs.at(-1)?.files[0];
      const found = file === undefined ? null : await parts.files.read(blobKey(file.sha256));
      if (file === undefined || found === null)
        throw new DarkroomError(
          'OUTPUT_NOT_FOUND',
          'The training has no weights. Those of a version that was deleted are gone.',
        );
      return reply
        .header('content-disposition', 'attachment; filename="trained_model.tar"')
        .type('application/x-tar')
        .send(weightsTar({ bytes: file.bytes, content: found.stream }, job));
    });
}
