import { buffer } from 'node:stream/consumers';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Job } from '../../../jobs/job.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { DialectParts } from '../../dialect.ts';
import { acceptRequest } from '../../kit/accept-request.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { askerIn } from '../act-in-project.ts';
import { jobAnswer } from '../answers/job-answer.ts';
import { typeOf } from '../answers/model-answer.ts';
import { toJobId, toUserId } from '../ids.ts';
import {
  type AskedRender,
  askedCustom,
  askedTxt2img,
  type RenderTarget,
  renderSubmission,
} from '../render-request.ts';
import { findTarget, type NamedModels } from '../render-target.ts';
import {
  type CustomBody,
  createCustomBody,
  createTxt2imgBody,
  type Txt2imgBody,
} from '../schema/generate.ts';
import { costSchema, noCost, startedSchema } from '../schema/job.ts';
import { dryRunQuery, isDryRun } from '../schema/query.ts';
import { keptRender, type SentRender } from '../sent-render.ts';
import { modelParams } from './models.ts';

const tags = ['generate'];
/** Of a request that was only to say what it would cost. */
const dryRunStatus = 269;
const inferenceSchema = z.object({
  id: z.string(),
  modelId: z.string(),
  status: z.string(),
  progress: z.number(),
  images: z.array(z.object({ id: z.string(), url: z.string(), seed: z.string() })),
  imagesNumber: z.int(),
  authorId: z.string(),
  ownerId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

/** Pictures of a model: with the fields that it lists as its `inputs`, or by the older route for text to image. */
export function addGenerateRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const limits = { maxPrompts: parts.config.MAX_PROMPTS };
  addCustomRoute(scope, parts, createCustomBody(limits));
  addTxt2imgRoute(scope, parts, createTxt2imgBody(limits));
}

function addCustomRoute(
  scope: FastifyInstance,
  parts: DialectParts,
  body: ReturnType<typeof createCustomBody>,
): void {
  const known = Object.keys(body.shape);
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/scenario/v1/generate/custom/:modelId',
    {
      schema: {
        tags,
        operationId: 'generateCustom',
        summary: 'Make pictures or a video',
        body,
        params: modelParams,
        querystring: dryRunQuery,
        description:
          'The fields are the `inputs` of the model. `modelId` or `loras` put LoRAs on a base model; a LoRA or a composition in the path brings its own.',
        response: { 200: startedSchema, 269: costSchema },
      },
    },
    async (request, reply) => {
      const asker = askerIn(request, request.query);
      const target = await findTarget(namedByCustom(request.params.modelId, request.body), asker, parts);
      const asked = askedCustom(request.body, await picturesOf(request.body, asker, parts), known);
      if (isDryRun(request.query)) return reply.code(dryRunStatus).send(noCost);
      const sent = sentOf('custom', target, request.body, false);
      const job = await accept({ request, reply }, target, asked, sent, parts);
      return { job: jobAnswer(job, { assetIds: [], progress: 0 }), ...noCost };
    },
  );
}

function addTxt2imgRoute(
  scope: FastifyInstance,
  parts: DialectParts,
  body: ReturnType<typeof createTxt2imgBody>,
): void {
  const known = Object.keys(body.shape);
  const { MAX_PROMPTS } = parts.config;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/scenario/v1/generate/txt2img',
    {
      schema: {
        tags,
        operationId: 'generateTxt2img',
        summary: 'Make pictures of a text',
        description: 'Four pictures unless `numSamples` says otherwise, with seeds that count up.',
        querystring: dryRunQuery,
        body,
        response: { 200: startedSchema.extend({ inference: inferenceSchema }), 269: costSchema },
      },
    },
    async (request, reply) => {
      const asker = askerIn(request, request.query);
      const target = await findTarget(namedByTxt2img(request.body), asker, parts);
      const asked = askedTxt2img(request.body, target.entry, MAX_PROMPTS, known);
      if (isDryRun(request.query)) return reply.code(dryRunStatus).send(noCost);
      const sent = sentOf('txt2img', target, request.body, request.body.hideResults ?? false);
      const job = await accept({ request, reply }, target, asked, sent, parts);
      return {
        job: jobAnswer(job, { assetIds: [], progress: 0 }),
        ...noCost,
        inference: inferenceAnswer(job, target),
      };
    },
  );
}

async function accept(
  http: { request: FastifyRequest; reply: FastifyReply },
  target: RenderTarget,
  asked: AskedRender,
  sent: SentRender,
  parts: DialectParts,
): Promise<Job> {
  const { request } = http;
  const idempotency = idempotencyOf(request.headers['idempotency-key'], { ...sent }, []);
  const read = () => renderSubmission(target, asked, keptRender(sent));
  // No request of this API has a webhook.
  const { job } = await acceptRequest(http, idempotency, read, { ...parts, checkWebhookUrl: () => {} });
  return job;
}

const sentOf = (
  route: SentRender['route'],
  { modelId, record }: Awaited<ReturnType<typeof findTarget>>,
  body: object,
  hidden: boolean,
): SentRender => ({ route, modelId, modelType: typeOf(record), hidden, body: { ...body } });

function namedByCustom(modelId: string, body: CustomBody): NamedModels {
  const loras = body.loras ?? [];
  const scales = [body.lorasScale ?? []].flat();
  const addedId = body.modelId ?? null;
  if (scales.length > 1 && scales.length !== loras.length)
    throw new DarkroomError(
      'INVALID_REQUEST',
      `lorasScale has ${scales.length} numbers for ${loras.length} loras. Send one for each, or one for all.`,
    );
  const scaleOf = (index: number): number => (scales.length > 1 ? scales[index] : scales[0]) ?? 1;
  return {
    modelId,
    addedId,
    baseModelId: null,
    modelEpoch: body.modelEpoch ?? null,
    loras: loras.map((path, index) => ({ path, scale: scaleOf(index) })),
    scale: loras.length > 0 ? 1 : (scales[0] ?? 1),
  };
}

const namedByTxt2img = (body: Txt2imgBody): NamedModels => ({
  modelId: body.modelId,
  addedId: null,
  modelEpoch: body.modelEpoch ?? null,
  scale: 1,
  baseModelId: body.baseModelId ?? null,
  loras: (body.concepts ?? []).map(({ modelId, modelEpoch, scale }) => ({
    path: modelEpoch === undefined ? modelId : `${modelId}@${modelEpoch}`,
    scale,
  })),
});

/** Assets as data URLs; what is none goes on as it came. */
async function picturesOf(
  { image, images }: CustomBody,
  asker: Asker,
  { registry, files }: Pick<DialectParts, 'registry' | 'files'>,
): Promise<string[]> {
  const sources = [...(image === undefined || image === null ? [] : [image]), ...(images ?? [])];
  return Promise.all(
    sources.map(async (source) => {
      if (!source.startsWith('asset_')) return source;
      const { blob, mime, name } = await registry.assets.get(asker, source);
      const found = await files.read(blobKey(blob));
      if (found === null) throw new DarkroomError('ASSET_NOT_FOUND', `The file of "${name}" was removed.`);
      return `data:${mime};base64,${(await buffer(found.stream)).toString('base64')}`;
    }),
  );
}

/** The older word for the same job. */
function inferenceAnswer(job: Job, { modelId }: RenderTarget): z.input<typeof inferenceSchema> {
  const at = job.createdAt.toISOString();
  return {
    id: toJobId(job.id),
    modelId,
    status: 'queued',
    progress: 0,
    images: [],
    imagesNumber: job.units,
    authorId: toUserId(job.keyId),
    ownerId: job.project,
    createdAt: at,
    updatedAt: at,
  };
}
