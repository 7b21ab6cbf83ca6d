import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import { epochNotFound } from '../../../registry/registry-errors.ts';
import { chooseEpoch } from '../../../registry/versions/read-versions.ts';
import type { DialectParts } from '../../dialect.ts';
import { requireKeyOrSignature } from '../../kit/key-check.ts';
import { askerIn } from '../act-in-project.ts';
import { downloadUrl, readDownloadId, toDownloadId } from '../answers/download-job.ts';
import { costSchema, noCost } from '../schema/job.ts';
import { downloadBody } from '../schema/model-bodies.ts';
import { dryRunQuery, isDryRun, scopeQuery } from '../schema/query.ts';
import { modelParams } from './models.ts';

const jobParams = z.object({ jobId: z.string().max(200) });

/** A model as one file. */
export function addDownloadRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.post(
    '/scenario/v1/models/:modelId/download',
    {
      schema: {
        tags: ['models'],
        operationId: 'downloadModel',
        summary: 'Download a model',
        description: 'A ZIP file of its LoRA, what it was trained with, and the previews of the epoch.',
        params: modelParams,
        querystring: dryRunQuery,
        body: downloadBody,
        response: { 200: z.object({ jobId: z.string() }), 269: costSchema },
      },
    },
    async (request, reply) => {
      const asker = askerIn(request, request.query);
      const record = await parts.registry.models.get(asker, request.params.modelId);
      const { modelEpoch: epoch = null } = request.body;
      await assertDownloadable(record, epoch, parts);
      if (isDryRun(request.query)) return reply.code(269).send(noCost);
      return { jobId: toDownloadId({ model: record.id, epoch, askedAt: parts.clock() }) };
    },
  );
  app.get(
    '/scenario/v1/assets/download/:jobId',
    {
      schema: {
        tags: ['jobs'],
        operationId: 'getDownload',
        summary: 'Where a download is',
        description: 'Its `downloadUrl` works without a key for a day.',
        params: jobParams,
        querystring: scopeQuery,
        response: {
          200: z.object({ jobId: z.string(), jobStatus: z.string(), downloadUrl: z.string() }),
        },
      },
    },
    async (request) => {
      const { jobId } = request.params;
      await downloadedModel(jobId, askerIn(request, request.query), parts);
      return { jobId, jobStatus: 'success', downloadUrl: downloadUrl(jobId, parts.linksOf(request)) };
    },
  );
}

/** The file, which a signed link is enough for. */
export function addDownloadFileRoute(scope: FastifyInstance, parts: DialectParts): void {
  requireKeyOrSignature(scope, parts.check);
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/scenario/v1/downloads/:jobId',
    {
      schema: {
        tags: ['jobs'],
        operationId: 'getDownloadFile',
        summary: 'The file of a download',
        description: 'A ZIP file, made while it is sent.',
        params: jobParams,
      },
    },
    async (request, reply) => {
      const asker = askerIn(request, {});
      const { download } = await downloadedModel(request.params.jobId, asker, parts);
      const { name, stream } = await parts.registry.zip(asker, download.model, download.epoch);
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type('application/zip')
        .send(stream);
    },
  );
}

/** Throws REQUEST_NOT_FOUND, and TRAINED_MODEL_NOT_FOUND for a model that is deleted or may not be seen. */
export async function downloadedModel(
  jobId: string,
  asker: Asker,
  { registry }: Pick<DialectParts, 'registry'>,
) {
  const download = readDownloadId(jobId);
  if (download === null)
    throw new DarkroomError(
      'REQUEST_NOT_FOUND',
      `There is no download "${jobId.slice(0, 64)}". Ask for one with POST /scenario/v1/models/{modelId}/download.`,
    );
  return { download, record: await registry.models.get(asker, download.model) };
}

/** Throws INVALID_REQUEST for what has no weights here, and EPOCH_NOT_FOUND. */
async function assertDownloadable(
  record: ModelRecord,
  epoch: string | null,
  { registry }: Pick<DialectParts, 'registry'>,
): Promise<void> {
  if (record.isBase)
    throw refused(
      `${record.id} is a base model. Its weights are at ${record.sourceUrl ?? 'its repository'}.`,
    );
  if (record.kind === 'composition') {
    if (epoch === null) return;
    throw refused(`${record.id} is a composition, which has no epochs of its own. Leave modelEpoch out.`);
  }
  if (record.currentVersion === null)
    throw refused(
      `${record.id} is ${record.status}: there is nothing to download yet. Train it, or import its weights.`,
    );
  if (epoch === null) return;
  const epochs = (await registry.versions.find(record.currentVersion))?.epochs ?? [];
  if (chooseEpoch(epochs, epoch) === null)
    throw epochNotFound(
      epoch,
      epochs.map(({ step }) => step),
    );
}

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
