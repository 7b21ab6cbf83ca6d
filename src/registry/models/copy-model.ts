/** Copying a model: rows only, files are shared. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import {
  epochFiles,
  epochSamples,
  epochs,
  modelConcepts,
  modelExamples,
  models,
  modelVersions,
  trainingImages,
  trainingPairs,
} from '../../database/model-schema.ts';
import { type Asker, projectOf, readableBy } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict, modelNotFound } from '../registry-errors.ts';
import { isRegistryId, registryId, slugOf, versionId } from '../registry-ids.ts';
import { freeSlug } from './create-model.ts';
import type { ModelRow } from './model-record.ts';

export interface CopyOptions {
  /** Id of the project that it goes into; null: the asker's. */
  project: string | null;
  /** Null: that of the model, with “copy” behind it. */
  name: string | null;
  /** With its versions and epochs, so that it can be rendered with. */
  asTrained: boolean;
  withExamples: boolean;
}

/**
 * A copy of a model that the asker may see: its training set, pairs and thumbnail, and what the options say. Returns its id. Throws
 * TRAINED_MODEL_NOT_FOUND, FORBIDDEN, and REGISTRY_CONFLICT for a copy as trained of what is not trained.
 */
export function copyModel(
  context: RegistryContext,
  asker: Asker,
  id: string,
  options: CopyOptions,
): Promise<string> {
  return context.database.transaction(async (transaction) => {
    const source = await readModel(transaction, asker, id);
    if (options.asTrained && source.status !== 'trained')
      throw conflict(
        `"${source.name}" is ${source.status}, so there is nothing trained to copy. Copy it without.`,
        {
          status: source.status,
        },
      );
    const copy = await insertCopy(context, transaction, asker, { source, options });
    await copySet(transaction, { source: id, copy });
    if (options.withExamples) await copyExamples(transaction, id, copy);
    if (source.kind === 'composition' && options.asTrained) await copyConcepts(transaction, id, copy);
    if (options.asTrained) await copyTrained(context, transaction, source, copy);
    return copy;
  });
}

async function readModel(transaction: Queries, asker: Asker, id: string): Promise<ModelRow> {
  const [row] = isRegistryId('model', id)
    ? await transaction
        .select()
        .from(models)
        .where(and(eq(models.id, id), isNull(models.deletedAt), readableBy(asker, models)))
        .for('share')
    : [];
  if (row === undefined) throw modelNotFound(id);
  return row;
}

async function insertCopy(
  { clock, newId }: RegistryContext,
  transaction: Queries,
  asker: Asker,
  { source, options }: { source: ModelRow; options: CopyOptions },
): Promise<string> {
  const project = projectOf(asker, options.project);
  const name = options.name ?? `${source.name} copy`;
  const now = clock();
  const id = registryId('model', newId);
  await transaction.insert(models).values({
    ...source,
    id,
    project,
    name,
    slug: await freeSlug(transaction, { project, slug: slugOf(name) }),
    status: 'new',
    privacy: 'private',
    parent: source.id,
    author: asker.keyId,
    currentVersion: null,
    pinnedEpoch: null,
    createdAt: now,
    updatedAt: now,
  });
  return id;
}

async function copySet(
  transaction: Queries,
  { source, copy }: { source: string; copy: string },
): Promise<void> {
  const images = await transaction.select().from(trainingImages).where(eq(trainingImages.model, source));
  if (images.length > 0)
    await transaction.insert(trainingImages).values(images.map((row) => ({ ...row, model: copy })));
  const pairs = await transaction.select().from(trainingPairs).where(eq(trainingPairs.model, source));
  if (pairs.length > 0)
    await transaction.insert(trainingPairs).values(pairs.map((row) => ({ ...row, model: copy })));
}

async function copyExamples(transaction: Queries, source: string, copy: string): Promise<void> {
  const rows = await transaction.select().from(modelExamples).where(eq(modelExamples.model, source));
  if (rows.length > 0)
    await transaction.insert(modelExamples).values(rows.map((row) => ({ ...row, model: copy })));
}

async function copyConcepts(transaction: Queries, source: string, copy: string): Promise<void> {
  const rows = await transaction.select().from(modelConcepts).where(eq(modelConcepts.composition, source));
  if (rows.length > 0)
    await transaction.insert(modelConcepts).values(rows.map((row) => ({ ...row, composition: copy })));
}

async function copyTrained(
  { clock }: RegistryContext,
  transaction: Queries,
  source: ModelRow,
  copy: string,
): Promise<void> {
  const versions = await transaction
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.model, source.id), isNull(modelVersions.deletedAt)));
  let current: string | null = null;
  for (const version of versions) {
    const id = versionId(copy, version.baseKey, [version.id]);
    await transaction
      .insert(modelVersions)
      .values({ ...version, id, model: copy, origin: 'copied', training: null });
    await copyEpochs(transaction, version.id, id);
    if (version.id === source.currentVersion) current = id;
  }
  await transaction
    .update(models)
    .set({ status: 'trained', currentVersion: current, pinnedEpoch: source.pinnedEpoch, updatedAt: clock() })
    .where(eq(models.id, copy));
}

async function copyEpochs(transaction: Queries, from: string, to: string): Promise<void> {
  const rows = await transaction.select().from(epochs).where(eq(epochs.version, from));
  if (rows.length > 0) await transaction.insert(epochs).values(rows.map((row) => ({ ...row, version: to })));
  const files = await transaction.select().from(epochFiles).where(eq(epochFiles.version, from));
  if (files.length > 0)
    await transaction.insert(epochFiles).values(files.map((row) => ({ ...row, version: to })));
  const samples = await transaction.select().from(epochSamples).where(eq(epochSamples.version, from));
  if (samples.length > 0)
    await transaction.insert(epochSamples).values(samples.map((row) => ({ ...row, version: to })));
}
