import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ErrorCode } from '../../../errors/codes.ts';
import type { ConceptAsked } from '../../../registry/models/concepts.ts';
import { modelStatuses } from '../../../registry/models/model-record.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerOf } from '../../kit/asker.ts';
import { storableText } from '../../kit/storable-text.ts';
import { errorResponses } from '../error-docs.ts';
import { modelDetailsResponse, modelResponse } from '../registry-response.ts';
import {
  copyModelSchema,
  type ModelChangeBody,
  modelChangeSchema,
  modelDetailsSchema,
  modelListSchema,
  modelParams,
  modelSchema,
  newModelSchema,
  transferModelSchema,
} from '../schemas/registry-schema.ts';

const tags = ['registry'];

/** How a route of the registry may fail, whatever it does. */
export const registryErrors = (...codes: ErrorCode[]) =>
  errorResponses('INVALID_REQUEST', ...codes, 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL');

const writing = (...codes: ErrorCode[]) =>
  registryErrors(
    'TRAINED_MODEL_NOT_FOUND',
    'REGISTRY_CONFLICT',
    'UNSUPPORTED_MEDIA_TYPE',
    'PAYLOAD_TOO_LARGE',
    ...codes,
  );

/** Models of the registry: what is there, and what is said of it. */
export function addRegistryModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  addListRoute(scope, parts);
  addReadRoute(scope, parts);
  addCreateRoute(scope, parts);
  addChangeRoute(scope, parts);
  addDeleteRoute(scope, parts);
  addRestoreRoute(scope, parts);
  addCopyRoute(scope, parts);
  addTransferRoute(scope, parts);
}

const listQuery = z.object({
  status: z
    .enum([...modelStatuses, 'deleted'])
    .optional()
    .meta({ description: 'Only those in this state; `deleted`: those that can be restored.' }),
  privacy: z.enum(['own', 'public', 'base']).default('own').meta({
    description: '`own`: of the project; `public`: those that all may see; `base`: of the catalog.',
  }),
  base: storableText(64).optional().meta({ description: 'Only those for this base model.' }),
  tag: storableText(100).optional().meta({ description: 'Only those with this tag.' }),
  search: storableText(200).optional().meta({ description: 'Part of the name.' }),
  sort: z.enum(['created', 'updated']).default('created').meta({ description: 'Newest first by this.' }),
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Models in a page.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
});

function addListRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/models',
    {
      schema: {
        tags,
        operationId: 'listRegistryModels',
        summary: 'Models of the registry',
        description: 'Newest first, a page at a time. Base models are a list of their own: `privacy=base`.',
        querystring: listQuery,
        response: { 200: modelListSchema, ...registryErrors() },
      },
    },
    async (request) => {
      const { privacy: whose, status, base, tag, search, sort, limit, cursor } = request.query;
      if (whose === 'base') return { models: registry.models.base().map(modelResponse), next_cursor: null };
      const page = await registry.models.list(askerOf(request), {
        whose,
        project: null,
        by: sort,
        limit,
        ...(status === undefined ? {} : { status }),
        ...(base === undefined ? {} : { base }),
        ...(tag === undefined ? {} : { tags: [tag] }),
        ...(search === undefined ? {} : { search }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { models: page.items.map(modelResponse), next_cursor: page.nextCursor };
    },
  );
}

function addReadRoute(scope: FastifyInstance, { registry, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/registry/models/:model_id',
    {
      schema: {
        tags,
        operationId: 'getRegistryModel',
        summary: 'A model with its versions and epochs',
        description: 'Each epoch with what `loras[].path` calls it, its files and its previews.',
        params: modelParams,
        response: { 200: modelDetailsSchema, ...registryErrors('TRAINED_MODEL_NOT_FOUND') },
      },
    },
    async (request) => {
      const model = await registry.models.get(askerOf(request), request.params.model_id);
      const versions = model.isBase ? [] : ((await registry.versions.of([model.id])).get(model.id) ?? []);
      return modelDetailsResponse(model, versions, linksOf(request));
    },
  );
}

const conceptsOf = (concepts: ModelChangeBody['concepts']): ConceptAsked[] | undefined =>
  concepts?.map(({ model, epoch, scale }) => ({ model, scale, epoch: epochText(epoch) }));

const epochText = (epoch: string | number | null | undefined): string | null =>
  epoch === null || epoch === undefined ? null : String(epoch);

function addCreateRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/registry/models',
    {
      schema: {
        tags,
        operationId: 'createRegistryModel',
        summary: 'Make a model',
        description:
          'One without versions, to be trained; or with `concepts` a composition, which can be rendered with at once. To take in what is trained already, import it.',
        body: newModelSchema,
        response: { 200: modelSchema, ...writing('EPOCH_NOT_FOUND') },
      },
    },
    async (request) => {
      const { body } = request;
      const concepts = conceptsOf(body.concepts ?? undefined);
      const model = await registry.models.create(askerOf(request), {
        project: null,
        name: body.name,
        slug: body.slug ?? null,
        base: body.base ?? null,
        kind: concepts === undefined ? 'lora' : 'composition',
        privacy: body.privacy,
        tags: body.tags,
        trigger: body.trigger_word ?? null,
        shortDescription: body.short_description,
        description: body.description,
        ...(concepts === undefined ? {} : { concepts }),
      });
      return modelResponse(model);
    },
  );
}

function addChangeRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().patch(
    '/v1/registry/models/:model_id',
    {
      schema: {
        tags,
        operationId: 'changeRegistryModel',
        summary: 'Change a model',
        description:
          'What is left out stays. The base model changes only while the model is new, and an epoch can be pinned once it is trained.',
        params: modelParams,
        body: modelChangeSchema,
        response: { 200: modelSchema, ...writing('EPOCH_NOT_FOUND', 'ASSET_NOT_FOUND') },
      },
    },
    async (request) => {
      const { pinned_epoch, trigger_word, short_description, concepts, ...plain } = request.body;
      const asker = askerOf(request);
      const id = request.params.model_id;
      const asked = conceptsOf(concepts);
      const model = await registry.models.update(asker, id, {
        ...plain,
        ...(trigger_word === undefined ? {} : { trigger: trigger_word }),
        ...(short_description === undefined ? {} : { shortDescription: short_description }),
        ...(pinned_epoch === undefined ? {} : { pinnedEpoch: epochText(pinned_epoch) }),
        ...(asked === undefined ? {} : { concepts: asked }),
      });
      return modelResponse(model);
    },
  );
}

function addDeleteRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().delete(
    '/v1/registry/models/:model_id',
    {
      schema: {
        tags,
        operationId: 'deleteRegistryModel',
        summary: 'Delete a model',
        description:
          'It can be restored for REGISTRY_TRASH_DAYS. Requests that wait to render with it still do. One that a composition has is refused.',
        params: modelParams,
        response: {
          200: z.object({ id: z.string() }).meta({ description: 'It is deleted.' }),
          ...registryErrors('TRAINED_MODEL_NOT_FOUND', 'REGISTRY_CONFLICT'),
        },
      },
    },
    async (request) => {
      await registry.models.delete(askerOf(request), request.params.model_id);
      return { id: request.params.model_id };
    },
  );
}

function addRestoreRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/registry/models/:model_id/restore',
    {
      schema: {
        tags,
        operationId: 'restoreRegistryModel',
        summary: 'Take a deleted model back',
        description: 'As it was, without its tags. Its name gets a number where another has taken it.',
        params: modelParams,
        response: {
          200: modelSchema,
          ...registryErrors('TRAINED_MODEL_NOT_FOUND', 'REGISTRY_CONFLICT', 'REGISTRY_GONE'),
        },
      },
    },
    async (request) =>
      modelResponse(await registry.models.restore(askerOf(request), request.params.model_id)),
  );
}

function addCopyRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/registry/models/:model_id/copy',
    {
      schema: {
        tags,
        operationId: 'copyRegistryModel',
        summary: 'Copy a model',
        description:
          'Into the project of the key, also from models of others that it may see. No file is copied.',
        params: modelParams,
        body: copyModelSchema.nullish(),
        response: { 200: modelSchema, ...writing() },
      },
    },
    async (request) => {
      const {
        name = null,
        as_trained: asTrained,
        with_examples: withExamples,
      } = copyModelSchema.parse(request.body ?? {});
      const options = { project: null, name, asTrained, withExamples };
      return modelResponse(await registry.models.copy(askerOf(request), request.params.model_id, options));
    },
  );
}

function addTransferRoute(scope: FastifyInstance, { registry }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/registry/models/:model_id/transfer',
    {
      schema: {
        tags,
        operationId: 'transferRegistryModel',
        summary: 'Give a model to another project',
        description: 'Its id stays. It takes an admin key, since a key acts in one project only.',
        params: modelParams,
        body: transferModelSchema,
        response: { 200: modelSchema, ...writing() },
      },
    },
    async (request) =>
      modelResponse(
        await registry.models.transfer(askerOf(request), request.params.model_id, request.body.project),
      ),
  );
}
