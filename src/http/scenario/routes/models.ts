import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerIn } from '../act-in-project.ts';
import { readWholeModel, wholeModel } from '../answers/answer-models.ts';
import { toChange, toNewModel } from '../model-requests.ts';
import { modelSchema } from '../schema/model.ts';
import { createModelBody, updateModelBody } from '../schema/model-bodies.ts';
import { scopeQuery } from '../schema/query.ts';

const tags = ['models'];
export const modelParams = z.object({ modelId: z.string().max(200) });
export const modelAnswerSchema = z.object({ model: modelSchema });
export const emptyAnswer = z.object({});
const common = { tags, params: modelParams, querystring: scopeQuery };
const response = { 200: modelAnswerSchema };

/** Making, reading, changing and deleting one model. */
export function addModelRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const { models } = parts.registry;
  const answer = async (record: ModelRecord, links: ReturnType<DialectParts['linksOf']>) => ({
    model: await wholeModel(record, parts, links),
  });

  app.post(
    '/scenario/v1/models',
    {
      schema: {
        tags,
        querystring: scopeQuery,
        body: createModelBody,
        response,
        operationId: 'createModel',
        summary: 'Make a model',
        description: 'A LoRA to be trained, or with `concepts` a composition, which can be rendered at once.',
      },
    },
    async (request) => {
      const record = await models.create(askerIn(request, request.query), toNewModel(request.body, parts));
      return answer(record, parts.linksOf(request));
    },
  );
  app.get(
    '/scenario/v1/models/:modelId',
    {
      config: { showsPublic: true },
      schema: {
        ...common,
        operationId: 'getModel',
        summary: 'One model',
        response,
        description: 'With its whole training set and the `inputs` that it is rendered with.',
      },
    },
    async (request) =>
      readWholeModel(request.params.modelId, askerIn(request, request.query), parts, parts.linksOf(request)),
  );
  app.put(
    '/scenario/v1/models/:modelId',
    {
      schema: {
        ...common,
        body: updateModelBody,
        operationId: 'updateModel',
        summary: 'Change a model',
        response,
        description: 'What is left out stays as it is.',
      },
    },
    async (request) => {
      const asker = askerIn(request, request.query);
      const { modelId } = request.params;
      const change = toChange(await models.get(asker, modelId), request.body, parts);
      return answer(await models.update(asker, modelId, change), parts.linksOf(request));
    },
  );
  app.delete(
    '/scenario/v1/models/:modelId',
    {
      schema: {
        ...common,
        operationId: 'deleteModel',
        summary: 'Delete a model',
        response: { 200: emptyAnswer },
        description: 'Its training is canceled. It is listed with `status=deleted` and can be restored.',
      },
    },
    async (request) => {
      await models.delete(askerIn(request, request.query), request.params.modelId);
      return {};
    },
  );
}
