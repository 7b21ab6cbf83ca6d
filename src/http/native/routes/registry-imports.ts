import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Job } from '../../../jobs/job.ts';
import { importTaskSchema } from '../../../registry/import/import-task.ts';
import type { ImportRequest } from '../../../registry/import/submit-import.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { findJob } from '../../kit/find-job.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import type { Links } from '../../kit/links.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { errorResponses } from '../error-docs.ts';
import { inNative } from '../names.ts';
import {
  type ImportBody,
  type ImportResponse,
  importBodySchema,
  importSchema,
} from '../schemas/registry-schema.ts';
import { statusWord } from '../status-word.ts';
import { registryErrors } from './registry-models.ts';

const tags = ['registry'];

/** Taking in what was trained elsewhere. */
export function addImportRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addImportRoute(scope, parts);
  addStatusRoute(scope, parts);
}

function addImportRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { jobs, submitImport, linksOf } = parts;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/registry/import',
    {
      schema: {
        tags,
        operationId: 'createImport',
        summary: 'Import a LoRA or a job folder of ai-toolkit',
        description:
          'One of `path`, `url` and `upload`. A folder becomes a model whose epochs are its saves, with their previews; it can be imported again while its training goes on. Any path of the server takes an admin key; others take one of the folder of LoRAs.',
        headers: z.object({
          'idempotency-key': z.string().optional().meta({ description: 'As for POST /v1/inference.' }),
        }),
        body: importBodySchema,
        response: {
          200: importSchema,
          ...errorResponses(
            'INVALID_REQUEST',
            'IMPORT_INVALID',
            'LORA_NOT_FOUND',
            'LORA_INVALID',
            'TRAINED_MODEL_NOT_FOUND',
            'UPLOAD_NOT_FOUND',
            'REGISTRY_CONFLICT',
            'IDEMPOTENCY_CONFLICT',
            'QUEUE_FULL',
            'UNSUPPORTED_MEDIA_TYPE',
            'PAYLOAD_TOO_LARGE',
            'UNAUTHORIZED',
            'FORBIDDEN',
            'RATE_LIMITED',
            'SHUTTING_DOWN',
            'INTERNAL',
          ),
        },
      },
    },
    async (request) => {
      const { body, keyId } = request;
      const idempotency = idempotencyOf(request.headers['idempotency-key'], body, ['hf_token']);
      const before = await jobs.replay({ keyId, idempotency });
      const accepted =
        before ??
        (await submitImport(askerOf(request), toImport(body), {
          dialect: parts.dialect,
          sent: sentRequest(body),
          webhook: null,
          idempotency,
        }));
      request.job = accepted.job.id;
      return importResponse(accepted.job, linksOf(request), null);
    },
  );
}

function toImport(body: ImportBody): ImportRequest {
  const { path, url, upload, model, name, slug, base, trigger_word, hf_token, ...plain } = body;
  return {
    ...plain,
    from: fromOf({ path, url, upload }),
    model: model ?? null,
    name: name ?? null,
    slug: slug ?? null,
    base: base ?? null,
    trigger: trigger_word ?? null,
    hfToken: hf_token ?? null,
  };
}

function fromOf({ path, url, upload }: Pick<ImportBody, 'path' | 'url' | 'upload'>): ImportRequest['from'] {
  const given = [
    { kind: 'path' as const, text: path },
    { kind: 'remote' as const, text: url },
    { kind: 'upload' as const, text: upload },
  ].flatMap(({ kind, text }) => (text === null || text === undefined ? [] : [{ kind, text }]));
  const [only, ...others] = given;
  if (only !== undefined && others.length === 0) return only;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `An import has one of path, url and upload, and this one has ${given.length === 0 ? 'none' : 'several'}.`,
  );
}

function addStatusRoute(scope: FastifyInstance, { jobs, registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/import/:import_id',
    {
      schema: {
        tags,
        operationId: 'getImport',
        summary: 'How an import stands',
        description: 'Its model can be read as soon as its first epoch is there.',
        params: z.object({ import_id: z.string().meta({ description: 'The `import_id` of the import.' }) }),
        response: { 200: importSchema, ...registryErrors('REQUEST_NOT_FOUND') },
      },
    },
    async (request: FastifyRequest<{ Params: { import_id: string } }>) => {
      const job = await findJob(jobs, request.params.import_id, request);
      if (job.kind !== 'import')
        throw new DarkroomError(
          'REQUEST_NOT_FOUND',
          `The request ${job.id} is no import. Ask for it as a request.`,
        );
      const isFinished = job.state === 'succeeded' ? await registry.importEnded(job.id) : null;
      return importResponse(job, linksOf(request), isFinished);
    },
  );
}

function importResponse(job: Job, links: Links, isFinished: boolean | null): ImportResponse {
  const { model } = importTaskSchema.parse(job.task);
  return {
    import_id: job.id,
    status: statusWord(job.state),
    model,
    model_url: links.to(`/v1/registry/models/${model}`),
    status_url: links.to(`/v1/registry/import/${job.id}`),
    events_url: links.to(`/v1/requests/${job.id}/events`),
    cancel_url: links.to(`/v1/requests/${job.id}/cancel`),
    is_finished: isFinished,
    warnings: job.warnings.map(inNative),
    error: job.error === null ? null : inNative(job.error.message),
    error_code: job.error?.code ?? null,
  };
}
