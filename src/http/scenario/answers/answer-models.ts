/** Answers about models: what they name is read by a few statements, however many models there are. */
import type { Asker } from '../../../registry/asker.ts';
import type { ModelRecord } from '../../../registry/models/model-record.ts';
import type { EpochRecord } from '../../../registry/versions/read-versions.ts';
import type { DialectParts } from '../../dialect.ts';
import type { Links } from '../../kit/links.ts';
import type { ModelAnswer } from '../schema/model.ts';
import { modelAnswer, renderingFields } from './model-answer.ts';
import { trainingFields } from './training-progress.ts';

/** Pictures of a training set that a list shows of each model. */
const shownImages = 3;

export type ModelParts = Pick<DialectParts, 'registry' | 'catalog' | 'config' | 'trainings' | 'jobs'>;

/** As lists tell of them: with the first pictures of each, and without how to render with it. */
export const listedModels = (
  records: readonly ModelRecord[],
  parts: ModelParts,
  links: Links,
): Promise<ModelAnswer[]> => answerAll(records, parts, links, shownImages);

/** One model with all that is told of it. Throws TRAINED_MODEL_NOT_FOUND. */
export async function readWholeModel(
  id: string,
  asker: Asker,
  parts: ModelParts,
  links: Links,
): Promise<{ model: ModelAnswer }> {
  return { model: await wholeModel(await parts.registry.models.get(asker, id), parts, links) };
}

export async function wholeModel(record: ModelRecord, parts: ModelParts, links: Links): Promise<ModelAnswer> {
  const { registry, catalog, config } = parts;
  const [answer] = await answerAll([record], parts, links, Number.POSITIVE_INFINITY);
  if (answer === undefined) throw new Error('One model has one answer.');
  const pairs = record.isBase ? [] : await registry.sets.pairs(record.id);
  const entry = record.base === null ? null : (catalog.get(record.base) ?? null);
  const limits = { maxPrompts: config.MAX_PROMPTS, maxLoras: config.MAX_LORAS };
  return {
    ...answer,
    ...renderingFields(record, entry, limits),
    ...(record.isBase ? {} : await trainingFields(record.id, parts)),
    ...(pairs.length === 0 ? {} : { trainingImagePairs: pairs.map(pairAnswer) }),
  };
}

export const pairAnswer = (pair: { source: string; target: string; instruction: string }) => ({
  sourceId: pair.source,
  targetId: pair.target,
  instruction: pair.instruction,
});

/** `images`: how many pictures of each training set. */
export async function answerAll(
  records: readonly ModelRecord[],
  { registry, catalog }: Pick<ModelParts, 'registry' | 'catalog'>,
  links: Links,
  images: number,
): Promise<ModelAnswer[]> {
  const own = records.filter(({ isBase }) => !isBase);
  const versions = await registry.versions.of(
    own.flatMap(({ id, concepts }) => [id, ...concepts.map(({ model }) => model)]),
  );
  const epochsOf = new Map([...versions.values()].flat().map(({ id, epochs }) => [id, epochs]));
  const current = ({ currentVersion }: ModelRecord): EpochRecord[] =>
    epochsOf.get(currentVersion ?? '') ?? [];
  const sets = await registry.sets.images(
    images === 0 ? [] : own.filter(({ trainingImageCount }) => trainingImageCount > 0).map(({ id }) => id),
  );
  const assets = await registry.assets.named([
    ...records.flatMap(({ thumbnail }) => thumbnail ?? []),
    ...own.flatMap((record) => current(record).flatMap(({ samples }) => samples.map(({ asset }) => asset))),
  ]);
  return records.map((record) =>
    modelAnswer(record, {
      entry: record.base === null ? null : (catalog.get(record.base) ?? null),
      epochs: current(record),
      epochsOf,
      assets,
      links,
      images: (sets.get(record.id) ?? []).slice(0, images),
    }),
  );
}
