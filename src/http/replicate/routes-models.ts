import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { DialectParts } from '../dialect.ts';
import { modelAnswer, modelSchema } from './model-answer.ts';
import { onlyPage, pageOf } from './page.ts';
import { predictionAnswer } from './prediction-answer.ts';
import { runCounts } from './run-counts.ts';
import {
  findNamedModel,
  findServedModel,
  findVersion,
  notServed,
  type ServedModel,
  servedModels,
} from './served-model.ts';
import { shownModels } from './shown-models.ts';
import { versionAnswer, versionSchema } from './version-answer.ts';

const tags = ['models'];
const params = z.object({ owner: z.string().max(100), name: z.string().max(100) });
const versionParams = params.extend({ version: z.string().max(100) });

/** Models that pictures are made with, and their versions. */
export function addModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoutes(scope, parts);
  addTextRoutes(scope, parts);
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/models/:owner/:name',
    {
      schema: {
        tags,
        params,
        operationId: 'models.get',
        summary: 'One model',
        description:
          '`darkroom/<id>` for a base model of the catalog, `ostris/flux-dev-lora-trainer` for FLUX.1-dev, else one of the registry.',
        response: { 200: modelSchema },
      },
    },
    async (request) => {
      const { owner, name } = request.params;
      const model = await findNamedModel(owner, name, request, parts);
      const [served] = await servedModels([model.record], parts);
      if (served === undefined && model.record.isBase) throw notServed(model.record);
      const links = parts.linksOf(request);
      if (served === undefined) return modelAnswer(model, null, { links, runs: 0 });
      const runs = (await runCounts([served], parts)).get(model.record.id) ?? 0;
      return modelAnswer(model, { ...served, ...model }, { links, runs });
    },
  );
  app.get(
    '/models/:owner/:name/versions',
    {
      schema: {
        tags,
        params,
        operationId: 'models.versions.list',
        summary: 'Versions of a model, newest first',
        description: 'A base model has one. Those that have no weights yet are left out.',
        response: { 200: pageOf(versionSchema) },
      },
    },
    async (request) => {
      const { owner, name } = request.params;
      const { record } = await findNamedModel(owner, name, request, parts);
      if (record.base === null) return { ...onlyPage, results: [] };
      const model = await find(request, parts);
      return { ...onlyPage, results: model.versions.map((version) => versionAnswer(model, version)) };
    },
  );
  app.get(
    '/models/:owner/:name/versions/:version',
    {
      schema: {
        tags,
        operationId: 'models.versions.get',
        summary: 'One version',
        params: versionParams,
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

function addTextRoutes(scope: FastifyInstance, parts: DialectParts): void {
  scope.get<{ Params: z.output<typeof params> }>(
    '/models/:owner/:name/readme',
    { schema: { params, hide: true } },
    async (request, reply) => {
      const { owner, name } = request.params;
      const { record } = await findNamedModel(owner, name, request, parts);
      return reply.type('text/plain; charset=utf-8').send(record.description || record.shortDescription);
    },
  );
  scope.get<{ Params: z.output<typeof params> }>(
    '/models/:owner/:name/examples',
    { schema: { params, hide: true } },
    async (request) => {
      const { owner, name } = request.params;
      const { record } = await findNamedModel(owner, name, request, parts);
      return { ...onlyPage, results: await examplesOf(record, request, parts) };
    },
  );
}

/** The predictions that made the pictures which show what a model does, as far as they are kept. */
async function examplesOf({ examples }: ModelRecord, request: FastifyRequest, parts: DialectParts) {
  const assets = await parts.registry.assets.named(examples);
  const made = [...new Set([...assets.values()].flatMap(({ job }) => job ?? []))];
  const jobs = await Promise.all(made.map((id) => parts.jobs.get(id)));
  const told = { links: parts.linksOf(request), progress: null, now: parts.clock() };
  return jobs.flatMap((job) =>
    job === null || job.dialect !== parts.dialect ? [] : [predictionAnswer(job, told)],
  );
}

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
        tags,
        operationId: 'models.list',
        summary: 'Models',
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
    results: await shownModels(records, request, parts),
  };
}
