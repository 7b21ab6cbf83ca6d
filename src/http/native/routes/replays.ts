import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Job } from '../../../jobs/job.ts';
import type { ReplayOrder } from '../../../replay/submit-replay.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { findJob } from '../../kit/find-job.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { errorResponses } from '../error-docs.ts';
import { replayResponse } from '../replay.ts';
import { type ReplayBody, replayBodySchema, replaySchema } from '../schemas/replay-schema.ts';
import { findRecord } from './pictures.ts';

const tags = ['pictures'];
const types = ['image/png', 'image/jpeg', 'image/webp', 'video/mp4', 'application/octet-stream'];

const description = `Renders a picture that Darkroom has made from what it says of itself, and says how near that comes. Send JSON, or the file
as the body with its type: \`curl --data-binary @picture.png -H "Content-Type: image/png" …/v1/replays\`. For a file that this server has
made, the recipe that it has kept counts.

LoRAs are found by their SHA-256, wherever they are now. The answer comes at once; read \`status_url\` until \`verdict\` is known.
docs/replay.md says what has to be equal, and what may differ.`;

/** A picture in; the same again out, and whether it is. */
export function addReplayRoutes(scope: FastifyInstance, parts: DialectParts): void {
  scope.register(async (inner) => {
    inner.addContentTypeParser(types, { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body);
    addStartRoute(inner, parts);
  });
  addReadRoute(scope, parts);
}

function addStartRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/replays',
    {
      preValidation: async (request) => {
        if (request.body instanceof Buffer) request.body = { file: request.body.toString('base64') };
      },
      schema: {
        tags,
        operationId: 'createReplay',
        summary: 'Make a picture again',
        description,
        headers: z.object({
          'idempotency-key': z.string().optional().meta({ description: 'As for POST /v1/inference.' }),
        }),
        body: replayBodySchema,
        response: {
          200: replaySchema,
          ...errorResponses(
            ...(['INVALID_REQUEST', 'REQUEST_NOT_FOUND', 'OUTPUT_NOT_FOUND'] as const),
            ...(['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'UNSUPPORTED_MEDIA_TYPE'] as const),
            ...(['PAYLOAD_TOO_LARGE', 'IDEMPOTENCY_CONFLICT', 'QUEUE_FULL', 'STORAGE_FULL'] as const),
            ...(['STORAGE_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'SHUTTING_DOWN', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request) => {
      const { body, keyId } = request;
      const idempotency = idempotencyOf(request.headers['idempotency-key'], body, []);
      const accepted =
        (await parts.jobs.replay({ keyId, idempotency })) ??
        (await parts.submitReplay({
          asker: askerOf(request),
          dialect: parts.dialect,
          of: await pictureOf(request, body, parts),
          pictures: (body.pictures ?? []).map((text, index) => bytesOf(text, `pictures[${index}]`)),
          sent: sentRequest(body),
          idempotency,
        }));
      request.job = accepted.job.id;
      return answer(accepted.job, request, parts);
    },
  );
}

async function pictureOf(
  request: FastifyRequest,
  { file, request_id, index }: ReplayBody,
  parts: DialectParts,
): Promise<ReplayOrder['of']> {
  const isFile = file !== null && file !== undefined;
  const isOutput = request_id !== null && request_id !== undefined;
  if (isFile === isOutput)
    throw new DarkroomError(
      'INVALID_REQUEST',
      `A replay has one of file and request_id, and this one has ${isFile ? 'both' : 'none'}. Send the bytes of a picture as the body, or name an output.`,
    );
  if (isFile) return { file: bytesOf(file, 'file') };
  return {
    record: await findRecord(request, { request_id: request_id ?? '', index: String(index ?? 0) }, parts),
  };
}

function bytesOf(text: string, field: string): Uint8Array {
  const base64 = text.replace(/^data:[^,]{0,200};base64,/i, '');
  const bytes = /^[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(base64)
    ? Buffer.from(base64, 'base64')
    : null;
  if (bytes !== null && bytes.length > 0) return bytes;
  const message = 'is neither base64 nor a data URL in base64';
  throw new DarkroomError('INVALID_REQUEST', `${field} ${message}. Send the bytes of the file in base64.`, {
    details: { problems: [{ path: field, message }] },
  });
}

function addReadRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/replays/:replay_id',
    {
      schema: {
        tags,
        operationId: 'getReplay',
        summary: 'How a replay stands',
        description: 'Its verdict, once it is known, with what differed and what is missing.',
        params: z.object({ replay_id: z.string().meta({ description: 'The `replay_id` of the replay.' }) }),
        response: {
          200: replaySchema,
          ...errorResponses('REQUEST_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'),
        },
      },
    },
    async (request) => {
      const job = await findJob(parts.jobs, request.params.replay_id, request);
      if (job.kind !== 'replay')
        throw new DarkroomError(
          'REQUEST_NOT_FOUND',
          `The request ${job.id} is no replay. Read it under the path of what it is.`,
        );
      return answer(job, request, parts);
    },
  );
}

async function answer(job: Job, request: FastifyRequest, { jobs, catalog, linksOf }: DialectParts) {
  const result = job.state === 'succeeded' ? await jobs.result(job.id) : null;
  const status = await jobs.status(job.id);
  const context = { links: linksOf(request), catalog };
  return replayResponse(job, { result, progress: status?.progress ?? null }, context);
}
