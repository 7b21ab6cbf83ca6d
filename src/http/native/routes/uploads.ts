import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { uploadResponse } from '../registry-response.ts';
import { newUploadSchema, uploadSchema } from '../schemas/registry-schema.ts';
import { registryErrors } from './registry-models.ts';

const tags = ['registry'];
const params = z.object({ upload_id: z.string().meta({ description: 'Id of the upload.' }) });
const partBytes = 512 * 2 ** 20;

/** Files that are sent in parts, for whoever is not on the machine of the server. */
export function addUploadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addOpenRoute(scope, parts);
  addReadRoute(scope, parts);
  addCompleteRoute(scope, parts);
  scope.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', async (_: unknown, body: Readable) => body);
    addPartRoute(raw, parts);
  });
}

function addOpenRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/uploads',
    {
      schema: {
        tags,
        operationId: 'createUpload',
        summary: 'Begin to send a file',
        description:
          'Then PUT its parts, of up to 512 MiB, and complete it. What nobody completes is forgotten after a day.',
        body: newUploadSchema,
        response: { 200: uploadSchema, ...registryErrors('UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE') },
      },
    },
    async (request) => {
      const { name, bytes = null } = request.body;
      const asked = { project: null, kind: 'file', name, bytes };
      return uploadResponse(await registry.uploads.open(askerOf(request), asked), linksOf(request));
    },
  );
}

function addReadRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/uploads/:upload_id',
    {
      schema: {
        tags,
        operationId: 'getUpload',
        summary: 'What has arrived of a file',
        description: 'To go on after a connection was lost: send the parts that are missing.',
        params,
        response: { 200: uploadSchema, ...registryErrors('UPLOAD_NOT_FOUND') },
      },
    },
    async (request) =>
      uploadResponse(
        await registry.uploads.get(askerOf(request), request.params.upload_id),
        linksOf(request),
      ),
  );
}

function addPartRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().put(
    '/v1/uploads/:upload_id/parts/:number',
    {
      bodyLimit: partBytes,
      schema: {
        tags,
        operationId: 'putUploadPart',
        summary: 'Send a part of a file',
        description:
          'Its bytes as they are. One of the same number is replaced, so a part may be sent again.',
        params: params.extend({
          number: z.coerce.number().int().min(1).max(1000).meta({ description: 'Counts from 1.' }),
        }),
        response: {
          200: uploadSchema,
          ...registryErrors('UPLOAD_NOT_FOUND', 'REGISTRY_CONFLICT', 'STORAGE_FULL', 'PAYLOAD_TOO_LARGE'),
        },
      },
    },
    async (request) => {
      const { upload_id, number } = request.params;
      const content = contentOf(request);
      const upload = await registry.uploads.put(askerOf(request), upload_id, { number, content });
      return uploadResponse(upload, linksOf(request));
    },
  );
}

/** The body as it arrives, which fails when it becomes more than a part may be. */
async function* limited(body: Readable): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A body is read in bytes.');
    bytes += chunk.length;
    if (bytes > partBytes)
      throw new DarkroomError(
        'PAYLOAD_TOO_LARGE',
        'A part of an upload has up to 512 MiB. Send the file in more parts.',
      );
    yield chunk;
  }
}

function contentOf({ body }: FastifyRequest): AsyncIterable<Uint8Array> {
  if (body instanceof Readable) return limited(body);
  throw new DarkroomError(
    'INVALID_REQUEST',
    'The part has no content. Send the bytes of the file as the body.',
  );
}

function addCompleteRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/uploads/:upload_id/complete',
    {
      schema: {
        tags,
        operationId: 'completeUpload',
        summary: 'Make one file of the parts',
        description: 'Completing it again changes nothing.',
        params,
        response: {
          200: uploadSchema,
          ...registryErrors('UPLOAD_NOT_FOUND', 'REGISTRY_CONFLICT', 'STORAGE_FULL'),
        },
      },
    },
    async (request) =>
      uploadResponse(
        await registry.uploads.complete(askerOf(request), request.params.upload_id),
        linksOf(request),
      ),
  );
}
