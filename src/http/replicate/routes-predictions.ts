import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isTerminal, type Job } from '../../jobs/job.ts';
import type { DialectParts } from '../dialect.ts';
import { findJob } from '../kit/find-job.ts';
import { idempotencyOf } from '../kit/idempotency.ts';
import { acceptPrediction } from './accept-prediction.ts';
import { readCancelAfter } from './cancel-after.ts';
import { hold, preferredWait } from './hold.ts';
import { fromPredictionId, predictionNotFound } from './ids.ts';
import { pageOf } from './page.ts';
import { predictionAnswer, predictionSchema, readPrediction } from './prediction-answer.ts';
import { findServedModel, findTarget, latest, type ServedTarget } from './served-model.ts';
import { findTraining, isTraining } from './trainings/find-training.ts';
import { readTraining } from './trainings/routes-trainings.ts';
import { trainingSchema } from './trainings/training-answer.ts';
import { askedEvents, webhookFields, webhookOf } from './webhook-fields.ts';

const tags = ['predictions'];
const predictionParams = z.object({ id: z.string().max(100) });
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const officialBody = z.strictObject({
  input: z.record(z.string(), z.unknown()),
  ...webhookFields,
  stream: z.boolean().optional().meta({ description: 'Changes nothing.' }),
});
const createBody = officialBody.extend({
  version: z.string().max(300).meta({ description: '64 digits, `owner/name`, or `owner/name:version`.' }),
});
type OfficialBody = z.output<typeof officialBody>;

/** Predictions: made, read, listed, canceled. */
export function addPredictionRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addCreateRoutes(scope, parts);
  addReadRoutes(scope, parts);
}

function addCreateRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const response = { 201: predictionSchema, 202: predictionSchema };
  app.post(
    '/predictions',
    {
      schema: {
        tags,
        operationId: 'predictions.create',
        summary: 'Make pictures',
        body: createBody,
        response,
        description:
          '`Prefer: wait` or `wait=5` holds the answer until the prediction has ended, or for so many seconds at most. `Cancel-After: 5m` cancels what has not ended by then.',
      },
    },
    async (request, reply) => {
      const { version, ...body } = request.body;
      return create({ request, reply }, await findTarget(version, request, parts), body, parts);
    },
  );
  app.post(
    '/models/:owner/:name/predictions',
    {
      schema: {
        tags,
        operationId: 'models.predictions.create',
        summary: 'Make pictures with a model',
        params: z.object({ owner: z.string(), name: z.string() }),
        body: officialBody,
        response,
        description: 'By its name, with its latest version.',
      },
    },
    async (request, reply) => {
      const { owner, name } = request.params;
      const target = latest(await findServedModel(owner, name, request, parts));
      return create({ request, reply }, target, request.body, parts);
    },
  );
}

async function create(
  http: { request: FastifyRequest; reply: FastifyReply },
  target: ServedTarget,
  body: OfficialBody,
  parts: DialectParts,
) {
  const { request, reply } = http;
  const links = parts.linksOf(request);
  const wait = preferredWait(request.headers.prefer);
  const order = {
    input: body.input,
    webhook: webhookOf(body),
    events: askedEvents(body),
    // Clients make a file only of what is `https:` or data, so over plain HTTP whoever waits gets data.
    inline: wait !== null && links.to('').startsWith('http:'),
    idempotency: idempotencyOf(request.headers['idempotency-key'], { url: request.url, ...body }, []),
    cancelAt: readCancelAfter(request.headers['cancel-after'], parts.clock()),
    warnings: [],
  };
  const { job } = await acceptPrediction(http, target, order, parts);
  const answered = wait === null ? job : await hold(job, wait, reply, parts);
  const prediction = await readPrediction(answered, links, parts);
  if (wait !== null) reply.header('preference-applied', `wait=${wait}`);
  reply.header('location', prediction.urls.get);
  return reply.code(wait === null || isTerminal(answered.state) ? 201 : 202).send(prediction);
}

function addReadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  // Older code asks for trainings here too. A prediction has no destination, so the first of the two that fits is the right one.
  const one = {
    tags,
    params: predictionParams,
    response: { 200: z.union([trainingSchema, predictionSchema]) },
  };
  app.get(
    '/predictions/:id',
    {
      schema: {
        ...one,
        operationId: 'predictions.get',
        summary: 'One prediction',
        description: 'Its `output` has a URL for each picture, which works without a key for a day.',
      },
    },
    async (request) => read(await findEither(request.params.id, request, parts), request, parts),
  );
  app.post(
    '/predictions/:id/cancel',
    {
      schema: {
        ...one,
        operationId: 'predictions.cancel',
        summary: 'Cancel a prediction',
        description: 'One that runs stops at its next step; one that has ended stays as it is.',
      },
    },
    async (request) => {
      const { id } = await findEither(request.params.id, request, parts);
      return read(await parts.jobs.cancel(id), request, parts);
    },
  );
  app.get(
    '/predictions',
    {
      schema: {
        tags,
        operationId: 'predictions.list',
        summary: 'Predictions, newest first',
        description: 'Those that the key has sent by this API, 100 on a page.',
        querystring: z.object({
          cursor: z.string().max(100).optional(),
          created_after: instant.optional(),
          created_before: instant.optional(),
          source: z.enum(['web', 'api']).optional(),
        }),
        response: { 200: pageOf(predictionSchema) },
      },
    },
    async (request) => {
      const { cursor, source, created_after: after, created_before: before } = request.query;
      if (source === 'web') return { next: null, previous: null, results: [] };
      const page = await parts.jobs.list({
        kind: 'render',
        dialect: parts.dialect,
        limit: 100,
        ...(request.seesAll ? {} : { keyId: request.keyId }),
        ...(cursor === undefined ? {} : { cursor }),
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before }),
      });
      return listed(page, request, parts);
    },
  );
}

/** Pictures are URLs in a list, however they were asked for. */
async function listed(
  { jobs, nextCursor }: Awaited<ReturnType<DialectParts['jobs']['list']>>,
  request: FastifyRequest,
  parts: DialectParts,
) {
  const links = parts.linksOf(request);
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  if (nextCursor !== null) query.set('cursor', nextCursor);
  const told = { links, progress: null, now: parts.clock() };
  return {
    next: nextCursor === null ? null : links.to(`/replicate/v1/predictions?${query}`),
    previous: null,
    results: jobs.map((job) => predictionAnswer(job, told)),
  };
}

const read = (job: Job, request: FastifyRequest, parts: DialectParts) =>
  isTraining(job) ? readTraining(job, request, parts) : readPrediction(job, parts.linksOf(request), parts);

/** A prediction, or a training by its id. Only what was sent by this API: the rest is in words that its clients do not know. */
async function findEither(id: string, request: FastifyRequest, parts: DialectParts): Promise<Job> {
  const job = await findJob(parts.jobs, fromPredictionId(id), request);
  if (job.dialect !== parts.dialect) throw predictionNotFound(id);
  return isTraining(job) ? findTraining(id, request, parts) : job;
}
