import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { UploadRecord } from '../../../registry/uploads/upload-record.ts';
import type { DialectParts } from '../../dialect.ts';
import { sendFile } from '../../kit/send-file.ts';
import { pageOf } from '../page.ts';
import { prefix } from '../prefix.ts';
import {
  checkDownload,
  factsOf,
  fileAnswer,
  fileKind,
  fileNotFound,
  fileSchema,
  fromFileId,
} from './file-answer.ts';
import { formLimits, receiveFile } from './receive-file.ts';

const tags = ['files'];
const params = z.object({ id: z.string().max(100) });
const one = { tags, params, response: { 200: fileSchema } };

/** Files of clients, which stand in inputs by their URLs. */
export function addFileRoutes(scope: FastifyInstance, parts: DialectParts): void {
  scope.register(async (forms) => addCreateRoute(forms, parts));
  addListRoute(scope, parts);
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/files/:id',
    {
      schema: {
        ...one,
        operationId: 'files.get',
        summary: 'What is known of a file',
        description: 'Its bytes are at `urls.download`.',
      },
    },
    async (request) => answer(await findFile(request.params.id, request, parts), request, parts),
  );
  app.delete(
    '/files/:id',
    {
      schema: {
        tags,
        params,
        operationId: 'files.delete',
        summary: 'Forget a file',
        description: 'What was made of it stays.',
        response: { 204: z.undefined().meta({ description: 'It is gone.' }) },
      },
    },
    async (request, reply) => {
      const { id } = await findFile(request.params.id, request, parts);
      await parts.registry.uploads.remove(request, id);
      return reply.code(204).send();
    },
  );
}

function addCreateRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.removeAllContentTypeParsers();
  scope.register(multipart, { limits: formLimits(parts.config) });
  // Of another type nothing is read.
  scope.addContentTypeParser('*', async () => undefined);
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/files',
    {
      schema: {
        tags,
        operationId: 'files.create',
        summary: 'Send a file',
        description:
          'As `multipart/form-data`: the file as `content`, and if you like `metadata` in JSON, `filename` and `type`. It is kept for a day.',
        response: { 201: fileSchema },
      },
    },
    async (request, reply) => {
      if (!request.isMultipart())
        throw new DarkroomError(
          'UNSUPPORTED_MEDIA_TYPE',
          'A file is sent as a form. Send multipart/form-data with the file in the part content.',
        );
      const folder = path.join(parts.config.scratchFolder, `file_${randomUUID()}`);
      await mkdir(folder, { recursive: true });
      try {
        const target = path.join(folder, 'content');
        const { name, ...facts } = await receiveFile(request, target, parts.config);
        const upload = await parts.registry.uploads.add(request, {
          project: null,
          kind: fileKind,
          name,
          path: target,
          contentType: facts.contentType,
          facts,
        });
        return reply.code(201).send(await answer(upload, request, parts));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
}

function addListRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/files',
    {
      schema: {
        tags,
        operationId: 'files.list',
        summary: 'Files, newest first',
        description: 'Those that the project has sent by this API, 100 on a page.',
        querystring: z.object({ cursor: z.string().max(500).optional() }),
        response: { 200: pageOf(fileSchema) },
      },
    },
    async (request) => {
      const { cursor } = request.query;
      const filter = { kind: fileKind, limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      const { items, nextCursor } = await parts.registry.uploads.list(request, filter);
      const query = new URLSearchParams(nextCursor === null ? {} : { cursor: nextCursor });
      return {
        next: nextCursor === null ? null : parts.linksOf(request).to(`${prefix}/files?${query}`),
        previous: null,
        results: await Promise.all(items.map((item) => answer(item, request, parts))),
      };
    },
  );
}

/** In a scope of its own: the signature is what it takes. */
export function addFileDownloadRoute(scope: FastifyInstance, parts: DialectParts): void {
  const { registry, files, webhookSecret, clock } = parts;
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/files/:id/download',
    {
      schema: {
        tags,
        params,
        operationId: 'files.download',
        summary: 'The bytes of a file',
        description:
          'By a signature in place of a key: HMAC-SHA256 in base64 of `{owner} {id} {expiry}`, with the secret of the webhooks. `urls.download` of a file has one.',
        querystring: z.object({
          owner: z.string().max(100),
          expiry: z.string().regex(/^\d{1,12}$/, { error: 'Must be seconds since 1970' }),
          signature: z.string().max(200),
        }),
        response: {
          200: { description: 'The file.', content: { 'application/octet-stream': { schema: z.string() } } },
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { signature, ...asked } = request.query;
      checkDownload({ ...asked, id }, signature, webhookSecret, clock());
      const upload = await registry.uploads.get(anybody, fromFileId(id)).catch(unfound(id));
      if ((await registry.project(upload.project))?.handle !== asked.owner || upload.blob === null)
        throw fileNotFound(id);
      return sendFile(request, reply, files, {
        key: blobKey(upload.blob),
        bytes: upload.bytes ?? 0,
        sha256: upload.blob,
        contentType: factsOf(upload).contentType,
        name: headerName(upload.name),
        download: true,
      });
    },
  );
}

/** The signature is proof enough. */
const anybody: Asker = { project: '', keyId: null, seesAll: true };

const headerName = (name: string): string => name.replaceAll(/[^\w. -]/g, '_');

/** Throws UPLOAD_NOT_FOUND, also for one of another API or one that has expired. */
async function findFile(id: string, request: FastifyRequest, parts: DialectParts): Promise<UploadRecord> {
  const upload = await parts.registry.uploads.get(request, fromFileId(id)).catch(unfound(id));
  factsOf(upload);
  if (upload.expiresAt <= parts.clock()) throw fileNotFound(id);
  return upload;
}

/** In the words of this API. */
const unfound =
  (id: string) =>
  (error: unknown): never => {
    throw error instanceof DarkroomError && error.code === 'UPLOAD_NOT_FOUND' ? fileNotFound(id) : error;
  };

async function answer(upload: UploadRecord, request: FastifyRequest, parts: DialectParts) {
  const owner = (await parts.registry.project(upload.project))?.handle ?? '';
  return fileAnswer(upload, { links: parts.linksOf(request), owner, secret: parts.webhookSecret });
}
