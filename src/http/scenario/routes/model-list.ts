import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { ModelFilter } from '../../../registry/models/read-models.ts';
import type { DialectParts } from '../../dialect.ts';
import { askerIn } from '../act-in-project.ts';
import { answerAll, listedModels } from '../answers/answer-models.ts';
import { typeOf } from '../answers/model-answer.ts';
import { modelTypes } from '../model-types.ts';
import type { ModelTypeName } from '../schema/enums.ts';
import { type BulkModelAnswer, bulkModelSchema, type ModelAnswer, modelSchema } from '../schema/model.ts';
import { type BulkBody, bulkBody } from '../schema/model-bodies.ts';
import { type ModelListQuery, modelListQuery, scopeQuery } from '../schema/query.ts';

const tags = ['models'];
const listAnswer = z.object({ models: z.array(modelSchema), nextPaginationToken: z.string().optional() });

/** `GET /models` and `POST /models/get-bulk`. */
export function addModelListRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/scenario/v1/models',
    {
      config: { showsPublic: true },
      schema: {
        tags,
        operationId: 'listModels',
        summary: 'Models, newest first',
        description: 'Those of the project; with `privacy=public` the base models and what projects share.',
        querystring: modelListQuery,
        response: { 200: listAnswer },
      },
    },
    async (request) => {
      assertSorting(request.query);
      const asker = askerIn(request, request.query);
      const { records, next } = await listPage(request.query, asker, parts);
      const models = await listedModels(records, parts, parts.linksOf(request));
      return { models, ...(next === null ? {} : { nextPaginationToken: next }) };
    },
  );
  app.post(
    '/scenario/v1/models/get-bulk',
    {
      schema: {
        tags,
        operationId: 'getModels',
        summary: 'Several models at once',
        description: 'In the order of `modelIds`; what the key may not see is left out.',
        querystring: scopeQuery,
        body: bulkBody,
        response: { 200: z.object({ models: z.array(bulkModelSchema) }) },
      },
    },
    async (request) => {
      const { body } = request;
      const records = await parts.registry.models.getMany(askerIn(request, request.query), body.modelIds);
      const answers = await answerAll(records, parts, parts.linksOf(request), imagesOf(body));
      return { models: answers.map((model) => bulkAnswer(model, body)) };
    },
  );
}

/** The two that ask for training images cancel each other out, as in the published API. */
function imagesOf({ allTrainingImages, trainingImagesPreview, thumbnail }: BulkBody): number {
  if (allTrainingImages === trainingImagesPreview) return thumbnail ? 1 : 0;
  return allTrainingImages ? Number.POSITIVE_INFINITY : 3;
}

function bulkAnswer(model: ModelAnswer, flags: BulkBody): BulkModelAnswer {
  const { id, name, type, privacy } = model;
  if (flags.minimal) return { id, privacy, type, ...(name === undefined ? {} : { name }) };
  const { thumbnail, promptEmbedding, negativePromptEmbedding, trainingImages = [], ...rest } = model;
  const [first] = trainingImages;
  const standIn = first === undefined ? undefined : { assetId: first.id, url: first.downloadUrl };
  const shown = thumbnail ?? standIn;
  const asksForImages = flags.allTrainingImages !== flags.trainingImagesPreview;
  return {
    ...rest,
    ...(flags.thumbnail && shown !== undefined ? { thumbnail: shown } : {}),
    ...(flags.settings ? { promptEmbedding, negativePromptEmbedding } : {}),
    ...(asksForImages ? { trainingImages } : {}),
  };
}

interface ListPage {
  records: ModelRecord[];
  /** Null on the last page. */
  next: string | null;
}

/** Base models come before what projects share, and are on pages of their own. */
const baseToken = /^base-(\d{1,6})$/;

async function listPage(query: ModelListQuery, asker: Asker, parts: DialectParts): Promise<ListPage> {
  // There are no collections and no blocked models here, and no copy is ever seen half made.
  const isNone = query.blacklisted === true || query.status === 'copying';
  if (isNone || query.collectionId !== undefined || query.collectionIds !== undefined)
    return { records: [], next: null };
  const { paginationToken: token, pageSize, privacy } = query;
  const start = privacy === 'public' ? (token === undefined ? 0 : baseStart(token)) : null;
  if (start === null) return registryPage(query, asker, parts);
  const bases = query.tags === undefined ? parts.registry.models.base().filter(ofTypes(typesOf(query))) : [];
  const records = bases.slice(start, start + pageSize);
  if (start + pageSize < bases.length) return { records, next: `base-${start + pageSize}` };
  const { paginationToken: _, ...first } = query;
  const rest = await registryPage(first, asker, parts, Math.max(1, pageSize - records.length));
  // Where the page is full of base models, the first one of the registry is only looked at.
  if (records.length === pageSize) return { records, next: rest.records.length === 0 ? null : 'base-999999' };
  return { records: [...records, ...rest.records], next: rest.next };
}

const baseStart = (token: string): number | null => {
  const start = baseToken.exec(token)?.[1];
  return start === undefined ? null : Number(start);
};

async function registryPage(
  query: ModelListQuery,
  asker: Asker,
  { registry }: Pick<DialectParts, 'registry'>,
  limit: number = query.pageSize,
): Promise<ListPage> {
  const page = await registry.models.list(asker, { ...filterOf(query), limit });
  return { records: page.items, next: page.nextCursor };
}

function filterOf(query: ModelListQuery): ModelFilter {
  const types = typesOf(query);
  const by = query.sortBy === 'updatedAt' ? 'updated' : 'created';
  const after = by === 'updated' ? query.updatedAfter : query.createdAfter;
  const before = by === 'updated' ? query.updatedBefore : query.createdBefore;
  const { status, tags: wanted, sortDirection, paginationToken, pageSize, privacy } = query;
  return {
    whose: privacy === 'public' ? 'public' : 'own',
    project: null,
    limit: pageSize,
    by,
    ...(status === undefined || status === 'copying' ? {} : { status }),
    ...(types === null ? {} : { types }),
    ...(wanted === undefined ? {} : { tags: wanted }),
    ...(sortDirection === undefined ? {} : { order: sortDirection }),
    ...(paginationToken === undefined ? {} : { cursor: paginationToken }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}

const typesOf = ({ type, types }: ModelListQuery): readonly ModelTypeName[] | null =>
  types ?? (type === undefined ? null : [type]);

/** A base model is found by the type that its family has, also where it is told of as `custom`. */
const ofTypes =
  (types: readonly ModelTypeName[] | null) =>
  (record: ModelRecord): boolean =>
    types === null ||
    types.some((type) =>
      type === 'custom'
        ? typeOf(record) === 'custom'
        : modelTypes[type].kind === 'base' && modelTypes[type].bases?.includes(record.base ?? '') === true,
    );

/** What the published API refuses. */
function assertSorting(query: ModelListQuery): void {
  const { sortBy, sortDirection, createdAfter, createdBefore, updatedAfter, updatedBefore } = query;
  const isByDate = sortBy !== 'score' && (sortBy !== undefined || query.privacy !== 'public');
  if (sortDirection !== undefined && !isByDate)
    throw refused('sortDirection goes with sortBy=createdAt or sortBy=updatedAt. Send one of them with it.');
  if ((createdAfter ?? createdBefore) !== undefined && sortBy === 'updatedAt')
    throw refused(
      'createdAfter and createdBefore go with sortBy=createdAt, and sortBy=updatedAt was received.',
    );
  if ((updatedAfter ?? updatedBefore) !== undefined && sortBy !== 'updatedAt')
    throw refused('updatedAfter and updatedBefore go with sortBy=updatedAt. Send it with them.');
  if (query.type !== undefined && query.types !== undefined)
    throw refused('type and types exclude each other. Send one of them.');
  if (query.loadedOnly === true)
    throw refused('loadedOnly is not offered: any model is loaded when it is asked for. Leave it out.');
}

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
