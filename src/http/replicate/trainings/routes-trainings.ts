import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Job } from '../../../jobs/job.ts';
import type { SetSource } from '../../../registry/intake/gather-set.ts';
import type { TrainingOrder } from '../../../training/start-training.ts';
import {
  type StoredTraining,
  storedTrainingSchema,
  trainedVersion,
} from '../../../training/stored-training.ts';
import type { DialectParts } from '../../dialect.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { requireKeyOrSignature } from '../../kit/key-check.ts';
import { createWebhookUrlCheck } from '../../kit/webhook-url.ts';
import { checkLaxFields } from '../check-fields.ts';
import { findOwnFile } from '../files/own-file.ts';
import { fromPredictionId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { prefix } from '../prefix.ts';
import { invalidField } from '../problem.ts';
import { findServedModel, findVersion, isTrainer, type ServedModel } from '../served-model.ts';
import { askedEvents, webhookFields, webhookOf } from '../webhook-fields.ts';
import { keptTraining } from './sent-training.ts';
import { trainingAnswer, trainingSchema } from './training-answer.ts';
import { isBuffer, toTrainingRequest, trainingInput, unusedInputs } from './training-input.ts';
import { weightsTar } from './weights-tar.ts';

const tags = ['trainings'];
const params = z.object({ id: z.string().max(100) });
const destination = z
  .string()
  .max(300)
  .regex(/^[^/:\s]+\/[^/:\s]+$/, { error: 'Must be owner/name of a model of yours' });
const createBody = z.strictObject({
  destination: destination.meta({ description: '`owner/name` of the model that gets another version.' }),
  input: z.record(z.string(), z.unknown()),
  ...webhookFields,
});

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
          'On the base model in the path, with the inputs that Replicate publishes for its trainer. What comes of it is a version of `destination`, which has to be there.',
        params: z.object({
          owner: z.string().max(100),
          name: z.string().max(100),
          version: z.string().max(100),
        }),
        body: createBody,
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
      const order = await readOrder(trainer, version, body, request, parts);
      const { job } = await parts.trainings.start({
        ...order,
        webhook: webhook === null ? null : { ...webhook, origin: parts.linksOf(request).to('') },
        idempotency: idempotencyOf(request.headers['idempotency-key'], { url: request.url, ...body }, []),
      });
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

type CreateBody = z.output<typeof createBody>;

async function readOrder(
  trainer: ServedModel,
  version: string,
  body: CreateBody,
  request: FastifyRequest,
  parts: DialectParts,
): Promise<Omit<TrainingOrder, 'webhook' | 'idempotency'>> {
  if (!trainer.record.isBase)
    throw invalidField(
      'version',
      `${trainer.record.fullName} is a LoRA, and trainings begin from a base model: send darkroom/${trainer.entry.id}`,
    );
  const model = await parts.registry.models.findByName(request, body.destination);
  if (model.isBase)
    throw invalidField(
      'destination',
      `${body.destination} is a base model, which cannot be changed. Send a model of yours`,
    );
  if (model.base !== null && model.base !== trainer.entry.id)
    throw invalidField(
      'destination',
      `${body.destination} holds LoRAs for ${model.base}, and this trains ${trainer.entry.id}. Send another model, or make one`,
    );
  const { input, warnings } = readInput(body.input);
  const gone = new AbortController();
  request.raw.once('close', () => request.raw.destroyed && !request.raw.complete && gone.abort());
  return {
    asker: request,
    target: { model: model.id, base: trainer.entry.id },
    request: toTrainingRequest(input, isTrainer(trainer)),
    sources: [await sourceOf(input.input_images, request, parts)],
    skipBad: false,
    // Below that of predictions.
    priority: -1,
    hfToken: null,
    dialect: parts.dialect,
    warnings,
    sent: keptTraining({
      model: `${trainer.owner}/${trainer.name}`,
      version,
      destination: body.destination,
      input: body.input,
      events: askedEvents(body),
    }),
    signal: gone.signal,
  };
}

function readInput(given: Record<string, unknown>) {
  const pretrained = 'skip_training_and_use_pretrained_hf_lora_url';
  if (typeof given[pretrained] === 'string' && given[pretrained] !== '')
    throw invalidField(
      `input.${pretrained}`,
      'A LoRA that is trained already is not put into a version by a training here. Import it: POST /v1/registry/import, or darkroom import',
    );
  if (isBuffer(given.input_images))
    throw invalidField(
      'input.input_images',
      'This is a Buffer, which the JavaScript client does not upload for trainings. Send it by files.create, and its urls.get here',
      'invalid_type',
    );
  const input = checkLaxFields(trainingInput, given, 'input');
  const isSaid = (name: string): boolean =>
    given[name] !== undefined && given[name] !== null && given[name] !== '';
  const known: readonly string[] = [...Object.keys(trainingInput.shape), pretrained];
  const left: readonly string[] = unusedInputs;
  const unused = left.filter((name) => isSaid(name) && given[name] !== false);
  const unknown = Object.keys(given).filter((name) => !known.includes(name) && !left.includes(name));
  return {
    input,
    warnings: [
      ...(unused.length === 0 ? [] : [`Not used: ${unused.join(', ')}.`]),
      ...(unknown.length === 0
        ? []
        : [`The trainer has no input ${unknown.slice(0, 10).join(', ').slice(0, 300)}: not used.`]),
      ...(given.autocaption === true ? ['autocaption was not used: this server writes no captions.'] : []),
    ],
  };
}

async function sourceOf(text: string, request: FastifyRequest, parts: DialectParts): Promise<SetSource> {
  const field = 'input.input_images';
  const own = await findOwnFile(text, field, request, parts);
  if (own !== null) {
    const path = await parts.registry.blobs.locate(own.sha256, AbortSignal.timeout(10 * 60_000));
    if (path === null)
      throw invalidField(field, `The content of the file "${own.name}" is gone. Send it again`);
    return { kind: 'file', name: own.name, path };
  }
  if (/^https?:\/\//i.test(text)) return { kind: 'url', url: text };
  if (/^data:/i.test(text)) return { kind: 'data', text, name: null };
  throw invalidField(
    field,
    "Does not match format 'uri'. Send the URL of a zip, that of a file here, or a data URL",
    'format',
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
      return readTraining((await parts.trainings.cancel(request, id)).job, request, parts);
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
        kind: 'train',
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

/** Only what was sent by this API. Throws TRAINING_NOT_FOUND. */
export async function findTraining(
  id: string,
  request: FastifyRequest,
  parts: DialectParts,
): Promise<Job<StoredTraining>> {
  const { job } = await parts.trainings.get(request, trainingId(id));
  if (job.dialect === parts.dialect) return job;
  throw trainingNotFound(id);
}

function trainingId(id: string): string {
  try {
    return fromPredictionId(id);
  } catch {
    throw trainingNotFound(id);
  }
}

const trainingNotFound = (id: string): DarkroomError =>
  new DarkroomError('TRAINING_NOT_FOUND', `There is no training "${id.slice(0, 64)}". Check the id.`);

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
      const task = storedTrainingSchema.parse(job.task);
      const version =
        job.state === 'succeeded'
          ? await parts.registry.versions.find(trainedVersion({ id: job.id, task }))
          : null;
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
        .send(weightsTar({ bytes: file.bytes, content: found.stream }, task));
    });
}
