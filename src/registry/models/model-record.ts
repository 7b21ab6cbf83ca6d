import { and, asc, count, eq, inArray } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import {
  modelConcepts,
  modelExamples,
  models,
  modelTags,
  trainingImages,
} from '../../database/model-schema.ts';
import { projects } from '../../database/registry-schema.ts';

export { modelStatuses } from '../../database/model-schema.ts';

export type ModelRow = typeof models.$inferSelect;
export type ModelKind = ModelRow['kind'];
export type ModelStatus = ModelRow['status'];
export type ModelSource = ModelRow['source'];
export type Privacy = ModelRow['privacy'];

/** A LoRA in a composition. */
export interface Concept {
  model: string;
  /** Null: the current version. */
  version: string | null;
  /** Number of an epoch; null: the pinned one, else the last. */
  epoch: number | null;
  /** -2 to 2. */
  scale: number;
}

/** A model as it is told of: one of the registry, or a base model of the catalog. */
export interface ModelRecord extends Omit<ModelRow, 'parameters'> {
  /** `<handle of its project>/<slug>`. */
  fullName: string;
  /** As it was given; null when nothing was. */
  parameters: unknown;
  tags: string[];
  /** Of a composition, in order. */
  concepts: Concept[];
  /** Ids of assets, in order. */
  examples: string[];
  trainingImageCount: number;
  /** Whether it is a base model, which nobody can change. */
  isBase: boolean;
}

/** The rest of what is told of models, by one statement for each table however many models there are. */
export async function toModelRecords(queries: Queries, rows: readonly ModelRow[]): Promise<ModelRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [handles, tags, concepts, examples, counts] = [
    await handlesOf(queries, rows),
    await tagsOf(queries, ids),
    await conceptsOf(queries, ids),
    await examplesOf(queries, ids),
    await imageCounts(queries, ids),
  ];
  return rows.map((row) => ({
    ...row,
    fullName: `${handles.get(row.project) ?? row.project}/${row.slug}`,
    tags: tags.get(row.id)?.map(({ tag }) => tag) ?? [],
    concepts: concepts.get(row.id)?.map(({ composition: _, position: __, ...concept }) => concept) ?? [],
    examples: examples.get(row.id)?.map(({ asset }) => asset) ?? [],
    trainingImageCount: counts.get(row.id) ?? 0,
    isBase: false,
  }));
}

async function handlesOf(queries: Queries, rows: readonly ModelRow[]): Promise<Map<string, string>> {
  const wanted = [...new Set(rows.map(({ project }) => project))];
  const found = await queries.select().from(projects).where(inArray(projects.id, wanted));
  return new Map(found.map(({ id, handle }) => [id, handle]));
}

async function tagsOf(queries: Queries, ids: readonly string[]) {
  const rows = await queries
    .select()
    .from(modelTags)
    .where(inArray(modelTags.model, [...ids]))
    .orderBy(asc(modelTags.tag));
  return Map.groupBy(rows, ({ model }) => model);
}

async function conceptsOf(queries: Queries, ids: readonly string[]) {
  const rows = await queries
    .select()
    .from(modelConcepts)
    .where(inArray(modelConcepts.composition, [...ids]))
    .orderBy(asc(modelConcepts.position));
  return Map.groupBy(rows, ({ composition }) => composition);
}

async function examplesOf(queries: Queries, ids: readonly string[]) {
  const rows = await queries
    .select()
    .from(modelExamples)
    .where(inArray(modelExamples.model, [...ids]))
    .orderBy(asc(modelExamples.position));
  return Map.groupBy(rows, ({ model }) => model);
}

async function imageCounts(queries: Queries, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await queries
    .select({ model: trainingImages.model, images: count() })
    .from(trainingImages)
    .where(inArray(trainingImages.model, [...ids]))
    .groupBy(trainingImages.model);
  return new Map(rows.map(({ model, images }) => [model, images]));
}

/** The row of a model, held against every other change of it until the transaction ends. */
export async function lockModel(transaction: Queries, id: string): Promise<ModelRow | null> {
  const [row] = await transaction
    .select()
    .from(models)
    .where(and(eq(models.id, id)))
    .for('update');
  return row ?? null;
}

/** Note that a model was changed, inside a transaction. */
export async function touchModel(transaction: Queries, id: string, now: Date): Promise<void> {
  await transaction.update(models).set({ updatedAt: now }).where(eq(models.id, id));
}
