import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { DialectParts } from '../dialect.ts';
import { storableText } from '../kit/storable-text.ts';
import { linksOf, modelAnswer, modelSchema } from './model-answer.ts';
import { invalidField } from './problem.ts';
import { runCounts } from './run-counts.ts';
import { findNamedModel, servedModels } from './served-model.ts';

const tags = ['models'];
const params = z.object({ owner: z.string().max(100), name: z.string().max(100) });
const versionParams = params.extend({ version: z.string().max(100) });
const gone = { 204: z.undefined().meta({ description: 'It is gone.' }) };

const page = z.url().max(2000);
const texts = {
  description: storableText(500).optional(),
  github_url: page.optional(),
  paper_url: page.optional(),
  license_url: page.optional(),
};
const createBody = z.strictObject({
  owner: z.string().max(100).meta({ description: '`username` of GET /account.' }),
  name: storableText(64).regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*$/, {
    error: 'Must be lower-case letters and digits, with single dashes, dots or underscores between',
  }),
  visibility: z.enum(['public', 'private']),
  hardware: z.string().max(100).meta({ description: 'Changes nothing: everything runs on this server.' }),
  ...texts,
  cover_image_url: page.optional(),
});
const changeBody = z.strictObject({
  ...texts,
  readme: storableText(100_000).optional(),
  weights_url: page.optional(),
  visibility: z.enum(['public', 'private']).optional(),
});

/** Models of the project: made, changed and deleted. */
export function addChangeModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addCreateRoute(scope, parts);
  addChangeRoute(scope, parts);
  addDeleteRoutes(scope, parts);
}

function addCreateRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/models',
    {
      schema: {
        tags,
        operationId: 'models.create',
        summary: 'Make a model',
        body: createBody,
        description: 'Without versions; trainings put some into it.',
        response: { 201: modelSchema },
      },
    },
    async (request, reply) => {
      const { owner, name, visibility, description, hardware: _, ...links } = request.body;
      const handle = (await parts.registry.project(request.project))?.handle;
      if (owner !== handle)
        throw invalidField('owner', `This key makes models of ${handle}, not of ${owner}. Send ${handle}`);
      const record = await parts.registry.models.create(request, {
        project: null,
        name,
        slug: name,
        kind: 'lora',
        base: null,
        shortDescription: description ?? '',
        privacy: visibility,
        links,
      });
      return reply
        .code(201)
        .send(modelAnswer({ owner, name, record }, null, { links: parts.linksOf(request), runs: 0 }));
    },
  );
}

function addChangeRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().patch(
    '/models/:owner/:name',
    {
      schema: {
        tags,
        params,
        operationId: 'models.update',
        summary: 'Change a model',
        body: changeBody,
        description: 'What is left out stays as it is.',
        response: { 200: modelSchema },
      },
    },
    async (request) => {
      const model = await find(request, parts);
      const { description, readme, visibility, ...links } = request.body;
      const record = await parts.registry.models.update(request, model.record.id, {
        ...(description === undefined ? {} : { shortDescription: description }),
        ...(readme === undefined ? {} : { description: readme }),
        ...(visibility === undefined ? {} : { privacy: visibility }),
        links: { ...linksOf(model.record), ...links },
      });
      const [served] = await servedModels([record], parts);
      const runs = served === undefined ? 0 : ((await runCounts([served], parts)).get(record.id) ?? 0);
      return modelAnswer({ ...model, record }, served ?? null, { links: parts.linksOf(request), runs });
    },
  );
}

function addDeleteRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.delete(
    '/models/:owner/:name',
    {
      schema: {
        tags,
        params,
        operationId: 'models.delete',
        summary: 'Delete a model',
        response: gone,
        description: 'With all its versions.',
      },
    },
    async (request, reply) => {
      await parts.registry.models.delete(request, (await find(request, parts)).record.id);
      return reply.code(204).send();
    },
  );
  app.delete(
    '/models/:owner/:name/versions/:version',
    {
      schema: {
        tags,
        operationId: 'models.versions.delete',
        summary: 'Delete a version',
        response: gone,
        params: versionParams,
        description: 'Predictions that wait to use it still do.',
      },
    },
    async (request, reply) => {
      const { version } = request.params;
      const { record } = await find(request, parts);
      if (!/^[0-9a-f]{64}$/.test(version))
        throw new DarkroomError(
          'TRAINED_MODEL_NOT_FOUND',
          `${record.fullName} has no version "${version.slice(0, 64)}".`,
        );
      await parts.registry.versions.delete(request, { model: record.id, version });
      return reply.code(204).send();
    },
  );
}

const find = (request: FastifyRequest<{ Params: z.output<typeof params> }>, parts: DialectParts) =>
  findNamedModel(request.params.owner, request.params.name, request, parts);
