import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isTerminal, type Job, type NewJob } from '../../../jobs/job.ts';
import type { DialectParts } from '../../dialect.ts';
import { findJob } from '../../kit/find-job.ts';
import { acceptPrediction } from '../accept-prediction.ts';
import { untilEnded } from '../hold.ts';
import { fromPredictionId } from '../ids.ts';
import { invalidField } from '../problem.ts';
import { readSentPrediction } from '../sent-prediction.ts';
import { findTarget } from '../served-model.ts';
import { askedEvents, webhookFields, webhookOf } from '../webhook-fields.ts';
import { cogId, cogPredictionSchema, readCogPrediction } from './cog-response.ts';

const tags = ['predictions'];
const modelParams = z.object({ owner: z.string(), name: z.string() });
const idParams = modelParams.extend({ id: z.string() });
type IdParams = z.output<typeof idParams>;

const { webhook, webhook_events_filter } = webhookFields;
const body = z
  .looseObject({
    id: z.string().min(1).max(200).optional().meta({ description: 'What it is to be known by.' }),
    input: z.record(z.string(), z.unknown()).default({}),
    webhook,
    webhook_events_filter,
    context: z.record(z.string(), z.unknown()).optional().meta({ description: 'Changes nothing.' }),
  })
  .default({ input: {} });
type Body = z.output<typeof body>;

const response = {
  200: cogPredictionSchema.meta({ description: 'It has ended, also where it failed.' }),
  202: z.union([cogPredictionSchema, z.object({ id: z.string(), status: z.literal('starting') })]),
};

/** Predictions: made, made once by an id, canceled. */
export function addCogPredictionRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.post(
    '/predictions',
    {
      schema: {
        tags,
        operationId: 'predict',
        summary: 'Make pictures',
        description:
          'Answers when they are made; who hangs up before cancels. With `Prefer: respond-async` it answers at once, and the webhook is told what comes of it.',
        params: modelParams,
        body,
        response,
      },
    },
    async (request, reply) => predict({ request, reply }, request.body, request.body.id ?? null, parts),
  );
  app.put(
    '/predictions/:id',
    {
      schema: {
        tags,
        operationId: 'predictOnce',
        summary: 'Make pictures once',
        description:
          'The same, under an id of yours: while it waits or runs, sending it again answers with how it stands.',
        params: idParams,
        body,
        response,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (request.body.id !== undefined && request.body.id !== id)
        throw invalidField('id', 'Must be the id in the path, or be left out');
      return predict({ request, reply }, request.body, id, parts);
    },
  );
  app.post(
    '/predictions/:id/cancel',
    {
      schema: {
        tags,
        operationId: 'cancelPrediction',
        summary: 'Cancel a prediction',
        description: 'One that runs stops at its next step.',
        params: idParams,
        response: { 200: z.strictObject({}), 404: z.strictObject({}) },
      },
    },
    async (request, reply) => {
      const job = await findRunning(request, parts);
      if (job === null) return reply.code(404).send({});
      await parts.jobs.cancel(job.id);
      return {};
    },
  );
}

interface Http {
  request: FastifyRequest<{ Params: z.output<typeof modelParams> }>;
  reply: FastifyReply;
}

/** `id` is null for one that its client has no name for. */
async function predict(http: Http, asked: Body, id: string | null, parts: DialectParts) {
  const { request, reply } = http;
  const { owner, name } = request.params;
  if (/\btext\/event-stream\b/i.test(request.headers.accept ?? ''))
    return reply
      .code(406)
      .send({ detail: 'This model does not stream its output. Send Accept: application/json.' });
  const idempotency = id === null ? null : knownBy(request.params, id);
  const before = idempotency === null ? null : await findKnown(idempotency, request, parts);
  if (before !== null && !isTerminal(before.state)) return standing(before);
  if (before !== null) await parts.jobs.freeIdempotencyKey(before.id);
  const target = await findTarget(`${owner}/${name}`, request, parts);
  const unused = Object.keys(asked).filter((key) => !(key in body.unwrap().shape));
  const order = {
    input: asked.input,
    webhook: webhookOf(asked),
    events: askedEvents(asked),
    inline: true,
    ...(id === null ? {} : { clientId: id }),
    idempotency,
    cancelAt: null,
    warnings: unused.length === 0 ? [] : [`Not used: ${unused.slice(0, 10).join(', ').slice(0, 300)}.`],
  };
  const { job, replayed } = await acceptPrediction(http, target, order, parts);
  if (replayed) return standing(job);
  if (request.headers.prefer === 'respond-async')
    return reply.code(202).send({ id: cogId(job), status: 'starting' as const });
  return reply.code(200).send(await answerOf(await untilAnswered(job, reply, parts), request, parts));

  async function standing(job: Job) {
    return reply.code(202).send(await answerOf(job, request, parts));
  }
}

async function answerOf(job: Job, request: FastifyRequest, parts: DialectParts) {
  const { progress = null } = job.state === 'running' ? ((await parts.jobs.status(job.id)) ?? {}) : {};
  return readCogPrediction(job, parts.linksOf(request), { files: parts.files, progress, now: parts.clock() });
}

/** A client that hangs up wants it no more. One that the server itself lets go is not asked: its prediction is run in time. */
async function untilAnswered(job: Job, reply: FastifyReply, { jobs, closing }: DialectParts): Promise<Job> {
  const hungUp = new AbortController();
  reply.raw.once('close', () => hungUp.abort());
  const now = await untilEnded(job, AbortSignal.any([hungUp.signal, closing]), jobs);
  if (isTerminal(now.state) || closing.aborted) return now;
  return jobs.cancel(now.id);
}

/** What makes an id that a client chose unique: its key, and the model. No header can say such a key. */
function knownBy(
  { owner, name }: Pick<IdParams, 'owner' | 'name'>,
  id: string,
): NonNullable<NewJob['idempotency']> {
  const hash = createHash('sha256')
    .update(JSON.stringify([owner, name, id]))
    .digest('hex');
  return { key: `cog ${hash}`, bodyHash: hash };
}

async function findKnown(
  idempotency: NewJob['idempotency'],
  { keyId }: Pick<FastifyRequest, 'keyId'>,
  { jobs }: DialectParts,
): Promise<Job | null> {
  return (await jobs.replay({ keyId, idempotency }))?.job ?? null;
}

/** The prediction of a path that waits or runs, by the id of its client or by ours. */
async function findRunning(
  request: FastifyRequest<{ Params: IdParams }>,
  parts: DialectParts,
): Promise<Job | null> {
  const { owner, name, id } = request.params;
  const named = await findKnown(knownBy(request.params, id), request, parts);
  const job = named ?? (await findOurs(id, request, parts));
  return job === null || isTerminal(job.state) || !isOf(job, `${owner}/${name}`, parts) ? null : job;
}

async function findOurs(id: string, request: FastifyRequest, { jobs }: DialectParts): Promise<Job | null> {
  if (!/^[0-9a-z]{26}$/.test(id)) return null;
  const job = await findJob(jobs, fromPredictionId(id), request).catch(() => null);
  return job;
}

/** Its path may name a version too. */
const isOf = (job: Job, path: string, { dialect }: DialectParts): boolean =>
  job.dialect === dialect && readSentPrediction(job.request)?.model === path.split(':')[0];
