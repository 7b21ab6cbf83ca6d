import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import pLimit from 'p-limit';
import { z } from 'zod';
import { DarkroomError, toErrorBody } from '../../../errors/darkroom-error.ts';
import { describeLora } from '../../../loras/file/inspect-lora.ts';
import { fitsModel } from '../../../loras/fits-model.ts';
import type { LibraryFile } from '../../../loras/library.ts';
import { readPreviewSettings } from '../../../loras/read-preview-settings.ts';
import { findModel } from '../../../render/check-request.ts';
import type { DialectParts } from '../../dialect.ts';
import { storableText } from '../../kit/storable-text.ts';
import { errorResponses } from '../error-docs.ts';
import { fitResponse, type LoraHeld, loraFactsResponse, loraResponse } from '../lora-response.ts';
import { readMultipart, receiveUpload, type Upload } from '../receive-upload.ts';
import { type LoraFitResponse, loraFactsSchema, lorasSchema } from '../schemas/lora-schema.ts';

const tags = ['loras'];
/** Headers that are read at once. */
const heldAtOnce = pLimit(8);
const general = ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const;

/** The LoRA files of the server. */
export function addLoraRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoute(scope, parts);
  addReadRoute(scope, parts);
}

function addListRoute(scope: FastifyInstance, { library, catalog, checkFit }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/loras',
    {
      schema: {
        tags,
        operationId: 'listLoras',
        summary: 'The LoRA files of this server',
        description:
          'Those in WORKFLOWS_BASE_PATH and LORA_ALLOWED_PATHS, with what their headers say. Those of the registry are under /v1/registry/models.',
        querystring: z.object({
          model: storableText(200).optional().meta({ description: 'Model id that each is held against.' }),
        }),
        response: {
          200: lorasSchema,
          ...errorResponses('MODEL_NOT_FOUND', 'INVALID_REQUEST', ...general),
        },
      },
    },
    async ({ query: { model } }) => {
      const entry = model === undefined ? null : findModel(catalog, model);
      const files = await library.list();
      const held = await Promise.all(
        files.map((file) => (entry === null ? null : heldAtOnce(() => fitsModel(file, entry, checkFit)))),
      );
      return { loras: files.map((file, index) => loraResponse(file, held[index] ?? null)) };
    },
  );
}

function addReadRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { library, catalog, checkFit } = parts;
  async function fitOf(file: string, shown: string, model: string): Promise<LoraFitResponse> {
    const entry = findModel(catalog, model);
    try {
      return fitResponse(model, await checkFit(entry, shown, await describeLora(file)));
    } catch (error) {
      if (error instanceof DarkroomError) return fitResponse(model, toErrorBody(error));
      throw error;
    }
  }
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/loras/:sha256',
    {
      schema: {
        tags,
        operationId: 'getLora',
        summary: 'What a LoRA file says of itself',
        description: 'As `darkroom loras inspect` says it; with `model`, held against that model.',
        params: z.object({ sha256: z.string().meta({ description: 'Of the file, in hex.' }) }),
        querystring: z.object({
          model: storableText(200).optional().meta({ description: 'Model id that it is held against.' }),
        }),
        response: {
          200: loraFactsSchema,
          ...errorResponses('LORA_NOT_FOUND', 'MODEL_NOT_FOUND', 'INVALID_REQUEST', ...general),
        },
      },
    },
    async (request) => {
      const { model } = request.query;
      const found = await library.find(request.params.sha256.slice(0, 100).toLowerCase());
      const fit = model === undefined ? null : await fitOf(found.file, found.path, model);
      return loraFactsResponse(found, { fit, ...(await heldAgainstAll(found, parts)) });
    },
  );
}

/** The models that a file fits, and the settings that lie beside it. */
async function heldAgainstAll(
  found: LibraryFile,
  { catalog, checkFit }: Pick<DialectParts, 'catalog' | 'checkFit'>,
): Promise<Pick<LoraHeld, 'fitting' | 'preview'>> {
  const entries = [...catalog.values()];
  const held = await Promise.all(entries.map((entry) => heldAtOnce(() => fitsModel(found, entry, checkFit))));
  const fitting = entries.filter((_, index) => held[index] === true).map(({ id }) => id);
  return { fitting, preview: await readPreviewSettings(found.file) };
}

/** In a scope for those who may upload. */
export function addLoraUploadRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { library, config } = parts;
  const uploads = new WeakMap<object, Upload & { folder: string }>();
  readMultipart(scope, config);
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/loras',
    {
      preValidation: async (request) => {
        if (!request.isMultipart()) throw notAForm();
        const folder = path.join(config.scratchFolder, `upload_${randomUUID()}`);
        const upload = await receiveUpload(request, folder, config);
        uploads.set(request, { ...upload, folder });
        request.body = { file: upload.files[0]?.name };
      },
      onResponse: async (request) => {
        const upload = uploads.get(request);
        if (upload !== undefined) await rm(upload.folder, { recursive: true, force: true });
      },
      schema: {
        tags,
        operationId: 'uploadLora',
        summary: 'Upload a LoRA file',
        description:
          'As multipart/form-data: `curl -F file=@my_lora.safetensors …/v1/loras`. It is kept in the folder `uploads` of WORKFLOWS_BASE_PATH under a name made of its own and its hash, and nothing is overwritten; a file that the server has already stays where it is. Takes the scope of UPLOAD_SCOPE.',
        consumes: ['multipart/form-data'],
        body: z.object({ file: z.unknown().meta({ type: 'string', format: 'binary' }) }),
        response: {
          200: loraFactsSchema,
          ...errorResponses(
            ...(['LORA_INVALID', 'INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'] as const),
            ...(['STORAGE_FULL', ...general] as const),
          ),
        },
      },
    },
    async (request) => {
      const [file, ...others] = uploads.get(request)?.files ?? [];
      if (file === undefined || others.length > 0) throw notAForm();
      const added = await library.add(file.path, file.name);
      return loraFactsResponse(added, { fit: null, ...(await heldAgainstAll(added, parts)) });
    },
  );
}

const notAForm = (): DarkroomError =>
  new DarkroomError(
    'INVALID_REQUEST',
    'Send one .safetensors file as multipart/form-data, in a field of any name: curl -F file=@my_lora.safetensors.',
  );
