import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Job } from '../../../jobs/job.ts';
import { pairKey, reportKey } from '../../../verification/report/keep-report.ts';
import { pictureNames } from '../../../verification/report/report-picture.ts';
import type { VerificationTask } from '../../../verification/verification-task.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { findJob } from '../../kit/find-job.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { errorResponses } from '../error-docs.ts';
import {
  type VerificationBody,
  verificationBodySchema,
  verificationSchema,
} from '../schemas/verification-schema.ts';
import { verificationResponse } from '../verification.ts';

const tags = ['trainings'];
const params = z.object({
  verification_id: z.string().meta({ description: 'The `verification_id` of the verification.' }),
});
const found = errorResponses(
  ...(['REQUEST_NOT_FOUND', 'OUTPUT_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN'] as const),
  ...(['RATE_LIMITED', 'INTERNAL'] as const),
);

const description = `Renders the previews of a training again, with the LoRAs that it has saved, and says whether they are the same: of a job
folder of ai-toolkit, or of a training of this server. Renders are compressed as the previews were before the two are compared. What differs is
explained: settings are changed one at a time until one makes the difference. docs/verify.md has the rules.`;

/** Whether a training's previews are what its LoRAs render. */
export function addVerificationRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addStartRoute(scope, parts);
  addReadRoute(scope, parts);
  addFileRoutes(scope, parts);
}

function addStartRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/verifications',
    {
      schema: {
        tags,
        operationId: 'createVerification',
        summary: 'Verify the previews of a training',
        description,
        headers: z.object({
          'idempotency-key': z.string().optional().meta({ description: 'As for POST /v1/inference.' }),
        }),
        body: verificationBodySchema,
        response: {
          200: verificationSchema,
          ...errorResponses(
            ...([
              'INVALID_REQUEST',
              'VERIFICATION_INVALID',
              'MODEL_NOT_FOUND',
              'TRAINING_NOT_FOUND',
            ] as const),
            ...(['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'UNSUPPORTED_MEDIA_TYPE'] as const),
            ...(['PAYLOAD_TOO_LARGE', 'IDEMPOTENCY_CONFLICT', 'QUEUE_FULL'] as const),
            ...(['DATABASE_UNAVAILABLE', 'SHUTTING_DOWN', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request) => {
      const { body, keyId } = request;
      const idempotency = idempotencyOf(request.headers['idempotency-key'], body, []);
      const accepted =
        (await parts.jobs.replay({ keyId, idempotency })) ??
        (await parts.submitVerification({
          ...orderOf(body),
          asker: askerOf(request),
          dialect: parts.dialect,
          sent: sentRequest(body),
          idempotency,
        }));
      request.job = accepted.job.id;
      return answer(accepted.job, request, parts);
    },
  );
}

function orderOf(body: VerificationBody): Omit<VerificationTask, 'asker' | 'dialect'> {
  return {
    source: sourceOf(body),
    steps: body.steps ?? 'all',
    prompts: body.prompts ?? null,
    model: body.model ?? null,
    explain: body.explain ?? 'quick',
    minPsnr: body.min_psnr ?? null,
  };
}

function sourceOf({ folder, training }: VerificationBody): VerificationTask['source'] {
  const isFolder = folder !== null && folder !== undefined;
  const isTraining = training !== null && training !== undefined;
  if (isFolder && !isTraining) return { kind: 'folder', path: folder };
  if (isTraining && !isFolder) return { kind: 'training', id: training };
  throw new DarkroomError(
    'INVALID_REQUEST',
    `A verification has one of folder and training, and this one has ${isFolder ? 'both' : 'none'}. Name a job folder of ai-toolkit, or a training of this server.`,
  );
}

function addReadRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/verifications/:verification_id',
    {
      schema: {
        tags,
        operationId: 'getVerification',
        summary: 'How a verification stands',
        description:
          'Its verdict, once it is known, with every pair, what was skipped and why, and what explains it.',
        params,
        response: { 200: verificationSchema, ...found },
      },
    },
    async (request) => answer(await findVerification(request, request.params, parts), request, parts),
  );
}

async function findVerification(
  request: FastifyRequest,
  { verification_id: id }: { verification_id: string },
  { jobs }: Pick<DialectParts, 'jobs'>,
): Promise<Job> {
  const job = await findJob(jobs, id, request);
  if (job.kind === 'verification') return job;
  throw new DarkroomError(
    'REQUEST_NOT_FOUND',
    `The request ${job.id} is no verification. Read it under the path of what it is.`,
  );
}

async function answer(job: Job, request: FastifyRequest, { jobs, linksOf }: DialectParts) {
  const result = job.state === 'succeeded' ? await jobs.result(job.id) : null;
  const status = await jobs.status(job.id);
  return verificationResponse(job, { result, progress: status?.progress ?? null }, linksOf(request));
}

function addFileRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/v1/verifications/:verification_id/report',
    {
      schema: {
        tags,
        operationId: 'getVerificationReport',
        summary: 'The report of a verification',
        description: 'A page that stands alone, without a script: save it, and it works from a disk.',
        params,
        response: {
          200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } },
          ...found,
        },
      },
    },
    async (request, reply) => {
      const { id } = await findVerification(request, request.params, parts);
      reply.header('content-security-policy', "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
      return send(reply, reportKey(id), 'text/html; charset=utf-8', parts);
    },
  );
  app.get(
    '/v1/verifications/:verification_id/pairs/:number/:picture',
    {
      schema: {
        tags,
        operationId: 'getVerificationPicture',
        summary: 'A picture of a pair',
        description: 'Theirs, ours, or eight times their difference, as a small WebP.',
        params: params.extend({
          number: z.coerce.number().int().min(0).max(1_000_000).meta({ description: 'Place of the pair.' }),
          picture: z.enum(pictureNames),
        }),
        response: {
          200: { description: 'The picture.', content: { 'image/webp': { schema: z.string() } } },
          ...found,
          ...errorResponses('INVALID_REQUEST'),
        },
      },
    },
    async (request, reply) => {
      const { number, picture } = request.params;
      const { id } = await findVerification(request, request.params, parts);
      reply.header('cache-control', 'private, max-age=31536000, immutable');
      return send(reply, pairKey(id, number, picture), 'image/webp', parts);
    },
  );
}

async function send(
  reply: FastifyReply,
  key: string,
  type: string,
  { files }: Pick<DialectParts, 'files'>,
): Promise<FastifyReply> {
  const stored = await files.read(key);
  if (stored === null)
    throw new DarkroomError(
      'OUTPUT_NOT_FOUND',
      'The verification has no such file (yet). Read it again when its status is succeeded.',
    );
  return reply.type(type).header('content-length', stored.bytes).send(stored.stream);
}
