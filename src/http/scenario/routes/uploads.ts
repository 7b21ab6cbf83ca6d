import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { blobKey } from '../../../files/file-key.ts';
import type { Job } from '../../../jobs/job.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { ImportRequest } from '../../../registry/import/submit-import.ts';
import { mostUploadBytes } from '../../../registry/uploads/upload-parts.ts';
import type { UploadRecord } from '../../../registry/uploads/upload-record.ts';
import type { DialectParts } from '../../dialect.ts';
import { requireKeyOrSignature } from '../../kit/key-check.ts';
import { sentRequest } from '../../kit/sent-request.ts';
import { askerIn } from '../act-in-project.ts';
import { addUploadedAsset } from '../add-asset.ts';
import { importAnswer, jobOfUpload, uploadAnswer } from '../answers/upload-answer.ts';
import { costSchema, noCost } from '../schema/job.ts';
import { dryRunQuery, isDryRun, scopeQuery } from '../schema/query.ts';
import { type CreateUploadBody, createUploadBody, uploadSchema } from '../schema/upload.ts';
import { findProjectJob } from './jobs.ts';
import { emptyAnswer } from './models.ts';

const tags = ['uploads'];
const params = z.object({ uploadId: z.string().max(200) });
const answerSchema = z.object({ upload: uploadSchema });
const response = { 200: answerSchema };

/** Files on their way in: LoRAs that become models, pictures and clips that become assets. */
export function addUploadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.post(
    '/scenario/v1/uploads',
    {
      schema: {
        tags,
        operationId: 'createUpload',
        summary: 'Send a file in parts, or have one fetched',
        description:
          'With `fileName` and `kind`: send each part to its URL with PUT, then complete it. With `huggingFaceModelName`, `civitaiModelUrl` or `url` it is fetched, and a job imports it.',
        querystring: dryRunQuery,
        body: createUploadBody,
        response: { ...response, 269: costSchema },
      },
    },
    async (request, reply) => {
      if (isDryRun(request.query)) return reply.code(269).send(noCost);
      const asker = askerIn(request, request.query);
      return { upload: await open(request.body, asker, request, parts) };
    },
  );
  app.get(
    '/scenario/v1/uploads/:uploadId',
    {
      schema: {
        tags,
        params,
        querystring: scopeQuery,
        operationId: 'getUpload',
        summary: 'One upload',
        response,
        description: 'Imported: `entityId` is the model or the asset that it became.',
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { uploadId } = request.params;
      const fetched = await fetchedBy(uploadId, asker, parts);
      if (fetched !== null) return { upload: importAnswer(fetched) };
      const upload = await parts.registry.uploads.get(asker, uploadId);
      const job = await importOf(upload, asker, parts);
      return { upload: uploadAnswer(upload, upload.parts.length, job, parts.linksOf(request)) };
    },
  );
  app.post(
    '/scenario/v1/uploads/:uploadId/action',
    {
      schema: {
        tags,
        params,
        querystring: scopeQuery,
        operationId: 'actOnUpload',
        summary: 'Complete an upload',
        description: 'Makes one file of its parts: a model is imported by a job, a picture becomes an asset.',
        body: z.object({ action: z.literal('complete') }),
        response,
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const done = await parts.registry.uploads.complete(asker, request.params.uploadId);
      const { upload, job } = await settle(done, asker, parts);
      return { upload: uploadAnswer(upload, upload.parts.length, job, parts.linksOf(request)) };
    },
  );
}

/** Where parts are sent: a signed link is enough. */
export function addUploadPartRoute(scope: FastifyInstance, parts: DialectParts): void {
  requireKeyOrSignature(scope, parts.check);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', async (_: FastifyRequest, content: Readable) => content);
  scope.put<{ Params: { uploadId: string; number: string } }>(
    '/scenario/v1/uploads/:uploadId/parts/:number',
    {
      bodyLimit: mostUploadBytes,
      schema: {
        tags,
        operationId: 'putUploadPart',
        summary: 'Send a part',
        response: { 200: emptyAnswer },
        description: 'The bytes as they are. A part that is sent again replaces the one before.',
      },
    },
    async (request) => {
      const { uploadId, number } = request.params;
      const content = request.body;
      if (!isStream(content))
        throw new DarkroomError('INVALID_REQUEST', 'The part is empty. Send its bytes as the body.');
      await parts.registry.uploads.put(askerIn(request, {}), uploadId, { number: Number(number), content });
      return {};
    },
  );
}

const isStream = (value: unknown): value is Readable =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function open(body: CreateUploadBody, asker: Asker, request: FastifyRequest, parts: DialectParts) {
  const { kind, fileName, fileSize, url, civitaiModelUrl, huggingFaceModelName } = body;
  const model =
    civitaiModelUrl ??
    (huggingFaceModelName === undefined ? undefined : `hf:${huggingFaceModelName}`) ??
    (kind === 'model' ? url : undefined);
  if (model !== undefined) {
    const { job } = await parts.submitImport(asker, importRequest({ kind: 'remote', text: model }), {
      dialect: parts.dialect,
      sent: sentRequest(body),
      webhook: null,
      idempotency: null,
    });
    return importAnswer(job);
  }
  if (kind === undefined)
    throw refused('The upload has no kind. Send kind as model, image, video or asset, with fileName or url.');
  if (!['model', 'image', 'video', 'asset'].includes(kind))
    throw refused(`Files of the kind "${kind}" are not taken. Send a model, an image, a video or an asset.`);
  const name = fileName ?? url?.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
  if (name === '') throw refused('The upload has no file. Send fileName and send its parts, or send url.');
  const links = parts.linksOf(request);
  const { uploads } = parts.registry;
  const upload = await uploads.open(asker, { project: null, kind, name, bytes: fileSize ?? null });
  if (url === undefined) return uploadAnswer(upload, body.parts ?? 1, null, links);
  const asset = await addUploadedAsset({ source: url, name, ...assetOptions(body) }, asker, parts);
  return uploadAnswer(await uploads.settle(upload.id, asset.id), 0, null, links);
}

const assetOptions = ({ assetOptions: options }: CreateUploadBody) => ({
  hidden: options?.hide ?? false,
  parent: options?.parentId ?? null,
});

const importRequest = (from: ImportRequest['from']): ImportRequest => ({
  from,
  model: null,
  name: null,
  slug: null,
  base: null,
  trigger: null,
  dataset: false,
  hfToken: null,
});

/** What a whole file becomes. Once more is the same. */
async function settle(
  upload: UploadRecord,
  asker: Asker,
  parts: DialectParts,
): Promise<{ upload: UploadRecord; job: Job | null }> {
  if (upload.kind === 'model') {
    const known = await importOf(upload, asker, parts);
    if (known !== null) return { upload, job: known };
    const { job } = await parts.submitImport(asker, importRequest({ kind: 'upload', text: upload.id }), {
      dialect: parts.dialect,
      sent: { fileName: upload.name },
      webhook: null,
      idempotency: importName(upload),
    });
    return { upload, job };
  }
  if (upload.entity !== null || upload.blob === null) return { upload, job: null };
  const found = await parts.files.read(blobKey(upload.blob));
  if (found === null) throw refused('The file of the upload is gone. Send it again.');
  const sent = { source: await buffer(found.stream), name: upload.name, hidden: false, parent: null };
  const asset = await addUploadedAsset(sent, asker, parts);
  return { upload: await parts.registry.uploads.settle(upload.id, asset.id), job: null };
}

/** An upload is imported once. */
const importName = ({ id }: UploadRecord) => ({ key: `upload:${id}`, bodyHash: id });

async function importOf(upload: UploadRecord, { keyId }: Asker, { jobs }: DialectParts): Promise<Job | null> {
  if (upload.kind !== 'model' || upload.state === 'open') return null;
  return (await jobs.replay({ keyId, idempotency: importName(upload) }))?.job ?? null;
}

/** The job that fetches a model, whose id is that of its upload. Null for an upload in parts. */
async function fetchedBy(uploadId: string, asker: Asker, parts: DialectParts): Promise<Job | null> {
  try {
    const job = await findProjectJob(jobOfUpload(uploadId), asker, parts);
    return job.kind === 'import' ? job : null;
  } catch (error) {
    if (error instanceof DarkroomError && error.code === 'REQUEST_NOT_FOUND') return null;
    throw error;
  }
}

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
