import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { blobKey } from '../../../files/file-key.ts';
import { epochNotFound } from '../../../registry/registry-errors.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { sendFile } from '../../kit/send-file.ts';
import { assetParams, modelParams } from '../schemas/registry-schema.ts';
import { registryErrors } from './registry-models.ts';

const file = z.string().meta({ format: 'binary' });
const fileResponse = (description: string, ...types: string[]) => ({
  description,
  content: Object.fromEntries(types.map((type) => [type, { schema: file }])),
});
const signed = {
  expires: z.string().optional().meta({ description: 'Part of a signed URL.' }),
  signature: z.string().optional().meta({ description: 'Part of a signed URL.' }),
};
const tags = ['registry'];

/** The files of the registry. Their scope takes a signed URL in place of a key. */
export function addRegistryFileRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addAssetFile(scope, parts);
  addModelFile(scope, parts);
  addDownload(scope, parts);
}

function addAssetFile(scope: FastifyInstance, { registry, files }: DialectParts): void {
  const types = ['image/png', 'image/jpeg', 'image/webp', 'video/mp4'];
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/assets/:asset_id/content',
    {
      schema: {
        tags,
        operationId: 'getAssetContent',
        summary: 'The file of an asset',
        description:
          'Works with an `Authorization` header, or as the signed `url` of an asset. Answers range requests.',
        params: assetParams,
        querystring: z.object(signed),
        response: {
          200: fileResponse('The file.', ...types),
          206: fileResponse('The part that the `Range` header asked for.', ...types),
          304: z.null().meta({ description: 'The client has it already.' }),
          ...registryErrors('ASSET_NOT_FOUND', 'RANGE_NOT_SATISFIABLE', 'OUTPUT_NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const asset = await registry.assets.get(askerOf(request), request.params.asset_id);
      const extension = asset.mime.split('/')[1]?.replace('jpeg', 'jpg') ?? 'bin';
      return sendFile(request, reply, files, {
        key: blobKey(asset.blob),
        bytes: asset.bytes,
        sha256: asset.blob,
        contentType: asset.mime,
        name: `${asset.id}.${extension}`,
        download: false,
      });
    },
  );
}

function addModelFile(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/models/:model_id/files/:sha256',
    {
      schema: {
        tags,
        operationId: 'getModelFile',
        summary: 'A LoRA file of a model',
        description: 'The `url` of a file of an epoch. Answers range requests, and 304 to a known `ETag`.',
        params: modelParams.extend({
          sha256: z.string().meta({ description: 'Of a file of one of its epochs.' }),
        }),
        querystring: z.object(signed),
        response: {
          200: fileResponse('The file.', 'application/octet-stream'),
          206: fileResponse('The part that the `Range` header asked for.', 'application/octet-stream'),
          304: z.null().meta({ description: 'The client has it already.' }),
          ...registryErrors(
            'TRAINED_MODEL_NOT_FOUND',
            'EPOCH_NOT_FOUND',
            'RANGE_NOT_SATISFIABLE',
            'OUTPUT_NOT_FOUND',
          ),
        },
      },
    },
    async (request, reply) => sendModelFile({ request, reply }, request.params, parts),
  );
}

async function sendModelFile(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { model_id, sha256 }: { model_id: string; sha256: string },
  { registry, files }: DialectParts,
): Promise<FastifyReply> {
  const model = await registry.models.get(askerOf(request), model_id);
  const versions = model.isBase ? [] : ((await registry.versions.of([model.id])).get(model.id) ?? []);
  const epochs = versions.flatMap((version) => version.epochs);
  const epoch = epochs.find((one) => one.files.some((part) => part.sha256 === sha256));
  const part = epoch?.files.find((one) => one.sha256 === sha256);
  if (epoch === undefined || part === undefined)
    throw epochNotFound(
      sha256,
      epochs.map(({ step }) => step),
    );
  const side = part.part === 'main' ? '' : `_${part.part}_noise`;
  const name = `${model.slug}_${String(epoch.step).padStart(9, '0')}${side}.safetensors`;
  return sendFile(request, reply, files, {
    key: blobKey(sha256),
    bytes: part.bytes,
    sha256,
    name,
    download: true,
    contentType: 'application/octet-stream',
  });
}

function addDownload(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/models/:model_id/download',
    {
      schema: {
        tags,
        operationId: 'downloadModel',
        summary: 'A model as a ZIP file',
        description:
          'The LoRA of an epoch, what it was trained with, and its previews; of a composition all LoRAs.',
        params: modelParams,
        querystring: z.object({
          epoch: z
            .string()
            .max(12)
            .optional()
            .meta({ description: 'Step or number of an epoch; default: the one that is rendered with.' }),
          ...signed,
        }),
        response: {
          200: fileResponse('The archive, made while it is sent.', 'application/zip'),
          ...registryErrors('TRAINED_MODEL_NOT_FOUND', 'LORA_NOT_FOUND', 'REGISTRY_CONFLICT'),
        },
      },
    },
    async (request, reply) => {
      const { epoch = null } = request.query;
      const { name, stream } = await registry.zip(askerOf(request), request.params.model_id, epoch);
      return sendZip(reply, name, stream);
    },
  );
}

const sendZip = (reply: FastifyReply, name: string, stream: Readable): FastifyReply =>
  reply.header('content-disposition', `attachment; filename="${name}"`).type('application/zip').send(stream);
