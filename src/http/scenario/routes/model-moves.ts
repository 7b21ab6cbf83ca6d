import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { DialectParts } from '../../dialect.ts';
import type { Links } from '../../kit/links.ts';
import { askerIn } from '../act-in-project.ts';
import { wholeModel } from '../answers/answer-models.ts';
import { copyBody, tagsAnswer, tagsBody, transferBody } from '../schema/model-bodies.ts';
import { scopeQuery } from '../schema/query.ts';
import { modelAnswerSchema, modelParams } from './models.ts';

const tags = ['models'];
const common = { tags, params: modelParams, querystring: scopeQuery };
const response = { 200: modelAnswerSchema };

/** Restoring, copying and transferring a model, and its tags. */
export function addModelMoveRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { models } = parts.registry;
  const answer = async (record: ModelRecord, links: Links) => ({
    model: await wholeModel(record, parts, links),
  });

  app.post(
    '/scenario/v1/models/:modelId/restore',
    {
      schema: {
        ...common,
        operationId: 'restoreModel',
        summary: 'Bring a deleted model back',
        response,
        description: 'Within the days of REGISTRY_TRASH_DAYS. Its tags are gone.',
      },
    },
    async (request) =>
      answer(
        await models.restore(askerIn(request, request.query), request.params.modelId),
        parts.linksOf(request),
      ),
  );
  app.post(
    '/scenario/v1/models/:modelId/copy',
    {
      schema: {
        ...common,
        body: copyBody,
        operationId: 'copyModel',
        summary: 'Copy a model',
        response,
        description: 'With its training set; with `copyAsTrained` its epochs too. Files are shared.',
      },
    },
    async (request) => {
      const { copyAsTrained: asTrained, copyExamples: withExamples } = request.body;
      const options = { project: null, name: null, asTrained, withExamples };
      const copy = await models.copy(askerIn(request, request.query), request.params.modelId, options);
      return answer(copy, parts.linksOf(request));
    },
  );
  app.post(
    '/scenario/v1/models/:modelId/transfer',
    {
      schema: {
        ...common,
        body: transferBody,
        operationId: 'transferModel',
        summary: 'Give a model away',
        response,
        description: 'Its id stays. Takes a key that acts in both projects.',
      },
    },
    async (request) => {
      const { modelId } = request.params;
      // Whether the model is of the project that the query names, before the key as a whole is asked.
      await models.get(askerIn(request, request.query), modelId);
      const record = await models.transfer(askerIn(request, {}), modelId, request.body.destinationProjectId);
      return answer(record, parts.linksOf(request));
    },
  );
  app.put(
    '/scenario/v1/models/:modelId/tags',
    {
      schema: {
        ...common,
        body: tagsBody,
        operationId: 'updateModelTags',
        summary: 'Add and remove tags',
        description: 'All of it or nothing.',
        response: { 200: tagsAnswer },
      },
    },
    async (request) => {
      const { add, delete: remove, strict } = request.body;
      const change = { add, remove, strict };
      const changed = await models.changeTags(
        askerIn(request, request.query),
        request.params.modelId,
        change,
      );
      return { added: changed.added, deleted: changed.removed };
    },
  );
}
