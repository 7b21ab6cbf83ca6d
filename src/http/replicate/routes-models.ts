import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { DialectParts } from '../dialect.ts';
import type { Links } from '../kit/links.ts';
import { findServedModel, findVersion, isTrainer, type ServedModel, servedModels } from './served-model.ts';
import { versionAnswer, versionSchema } from './version-answer.ts';

const tags = ['models'];
const params = z.object({ owner: z.string().max(100), name: z.string().max(100) });
const versionParams = params.extend({ version: z.string().max(100) });
const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ next: z.string().nullable(), previous: z.string().nullable(), results: z.array(item) });

const modelSchema = z.object({
  url: z.string(),
  owner: z.string(),
  name: z.string(),
  description: z.string(),
  visibility: z.enum(['public', 'private']),
  is_official: z.boolean(),
  github_url: z.null(),
  paper_url: z.null(),
  license_url: z.null(),
  run_count: z.int().meta({ description: 'Not counted: 0.' }),
  cover_image_url: z.null(),
  default_example: z.null(),
  latest_version: versionSchema.nullable(),
});

/** Models that pictures are made with, and their versions. */
export function addModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoutes(scope, parts);
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/models/:owner/:name',
    {
      schema: {
        ...{ tags, params, operationId: 'models.get', summary: 'One model' },
        description:
          '`darkroom/<id>` for a base model of the catalog, `ostris/flux-dev-lora-trainer` for FLUX.1-dev, else one of the registry.',
        response: { 200: modelSchema },
      },
    },
    async (request) => modelAnswer(await find(request, parts), parts.linksOf(request)),
  );
  app.get(
    '/models/:owner/:name/versions',
    {
      schema: {
        ...{
          tags,
          params,
          operationId: 'models.versions.list',
          summary: 'Versions of a model, newest first',
        },
        description: 'A base model has one. Those that have no weights yet are left out.',
        response: { 200: pageOf(versionSchema) },
      },
    },
    async (request) => {
      const model = await find(request, parts);
      return { ...onePage, results: model.versions.map((version) => versionAnswer(model, version)) };
    },
  );
  app.get(
    '/models/:owner/:name/versions/:version',
    {
      schema: {
        ...{ tags, operationId: 'models.versions.get', summary: 'One version', params: versionParams },
        description: 'With the description of its inputs.',
        response: { 200: versionSchema },
      },
    },
    async (request) => {
      const model = await find(request, parts);
      const version = findVersion(model, request.params.version);
      if (version !== null) return versionAnswer(model, version);
      throw new DarkroomError(
        'TRAINED_MODEL_NOT_FOUND',
        `${model.owner}/${model.name} has no version "${request.params.version.slice(0, 64)}". GET /models/${model.owner}/${model.name}/versions lists them.`,
      );
    },
  );
}

const onePage = { next: null, previous: null };

const find = (
  request: FastifyRequest<{ Params: z.output<typeof params> }>,
  parts: DialectParts,
): Promise<ServedModel> => findServedModel(request.params.owner, request.params.name, request, parts);

function addListRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/models',
    {
      schema: {
        ...{ tags, operationId: 'models.list', summary: 'Models' },
        description: 'The base models of the catalog, then those of the project, newest first.',
        querystring: z.object({ cursor: z.string().max(500).optional() }),
        response: { 200: pageOf(modelSchema) },
      },
    },
    async (request) => listPage(request, request.query.cursor, parts),
  );
}

const pageSize = 100;

async function listPage(request: FastifyRequest, cursor: string | undefined, parts: DialectParts) {
  const { models } = parts.registry;
  const links = parts.linksOf(request);
  const filter = { whose: 'own', project: null, limit: pageSize } as const;
  const own = await models.list(request, cursor === undefined ? filter : { ...filter, cursor });
  const records = [...(cursor === undefined ? models.base() : []), ...own.items];
  const next = own.nextCursor;
  return {
    next: next === null ? null : links.to(`/replicate/v1/models?${new URLSearchParams({ cursor: next })}`),
    previous: null,
    results: (await servedModels(records, parts)).map((model) => modelAnswer(model, links)),
  };
}

function modelAnswer(model: ServedModel, links: Links): z.input<typeof modelSchema> {
  const { owner, name, record, versions } = model;
  const current = versions.find(({ id }) => record.isBase || id === record.currentVersion);
  return {
    url: links.to(`/replicate/v1/models/${owner}/${name}`),
    ...{ owner, name, is_official: record.isBase && !isTrainer(model) },
    description: record.shortDescription || record.name,
    visibility: record.privacy === 'public' ? 'public' : 'private',
    ...{ github_url: null, paper_url: null, license_url: null, run_count: 0, cover_image_url: null },
    default_example: null,
    latest_version: current === undefined ? null : versionAnswer(model, current),
  };
}
