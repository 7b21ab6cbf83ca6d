/** Handing a model to another project. */
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import {
  epochSamples,
  modelExamples,
  models,
  modelVersions,
  trainingImages,
  trainingPairs,
} from '../../database/model-schema.ts';
import { readRows } from '../../database/read-rows.ts';
import { assets, projects } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type Asker, projectOf } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { registryId } from '../registry-ids.ts';
import { freeSlug } from './create-model.ts';
import { lockOwnModel } from './read-models.ts';

/**
 * Give a model to another project. Its id stays. Assets that it names move along where nothing else names them. Its name gets a
 * number where a model there has it. Throws TRAINED_MODEL_NOT_FOUND, and FORBIDDEN for a project that the asker may not write in.
 */
export async function transferModel(
  context: RegistryContext,
  asker: Asker,
  id: string,
  destination: string,
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const model = await lockOwnModel(context, transaction, asker, id);
    const project = projectOf(asker, destination);
    const [known] = await transaction
      .select({ id: projects.id })
      .from(projects)
      .where(eq(projects.id, project));
    if (known === undefined)
      throw new DarkroomError(
        'INVALID_REQUEST',
        `There is no project "${destination.slice(0, 64)}" to transfer to.`,
      );
    if (project === model.project) return;
    const slug = await freeSlug(transaction, { project, slug: model.slug });
    await transaction
      .update(models)
      .set({ project, slug, updatedAt: context.clock() })
      .where(eq(models.id, id));
    await moveAssets(context, transaction, { model: id, project });
  });
}

/** Every asset that a model names, with the model. */
const namedByModels = sql`
  select model, asset from ${trainingImages} union select model, asset from ${modelExamples}
  union select id, thumbnail from ${models} where thumbnail is not null
  union select ${modelVersions.model}, asset from ${epochSamples} join ${modelVersions} on ${modelVersions.id} = ${epochSamples.version}`;

const namedRow = z.object({ asset: z.string(), shared: z.boolean() });

async function moveAssets(
  context: RegistryContext,
  transaction: Queries,
  { model, project }: { model: string; project: string },
): Promise<void> {
  const rows = await readRows(
    transaction,
    sql`with named (model, asset) as (${namedByModels})
      select asset, exists (
        select from named as other where other.asset = own.asset and other.model <> ${model}
      ) as shared from named as own where own.model = ${model}`,
    namedRow,
  );
  const alone = rows.flatMap(({ asset, shared }) => (shared ? [] : [asset]));
  if (alone.length > 0) await transaction.update(assets).set({ project }).where(inArray(assets.id, alone));
  for (const { asset, shared } of rows) {
    if (shared) await replaceAsset(context, transaction, { model, project, asset });
  }
}

/** A second row of a shared asset, which the model names from now on. */
async function replaceAsset(
  { newId }: RegistryContext,
  transaction: Queries,
  { model, project, asset }: { model: string; project: string; asset: string },
): Promise<void> {
  const [row] = await transaction
    .select()
    .from(assets)
    .where(and(eq(assets.id, asset), ne(assets.project, project)));
  if (row === undefined) return;
  const id = registryId('asset', newId);
  await transaction.insert(assets).values({ ...row, id, project });
  const [image] = await transaction
    .select()
    .from(trainingImages)
    .where(and(eq(trainingImages.model, model), eq(trainingImages.asset, asset)));
  if (image !== undefined) {
    await transaction.insert(trainingImages).values({ ...image, asset: id });
    for (const side of ['source', 'target'] as const)
      await transaction
        .update(trainingPairs)
        .set({ [side]: id })
        .where(and(eq(trainingPairs.model, model), eq(trainingPairs[side], asset)));
    await transaction
      .delete(trainingImages)
      .where(and(eq(trainingImages.model, model), eq(trainingImages.asset, asset)));
  }
  await transaction
    .update(modelExamples)
    .set({ asset: id })
    .where(and(eq(modelExamples.model, model), eq(modelExamples.asset, asset)));
  await transaction
    .update(models)
    .set({ thumbnail: id })
    .where(and(eq(models.id, model), eq(models.thumbnail, asset)));
  const own = transaction
    .select({ id: modelVersions.id })
    .from(modelVersions)
    .where(eq(modelVersions.model, model));
  await transaction
    .update(epochSamples)
    .set({ asset: id })
    .where(and(eq(epochSamples.asset, asset), inArray(epochSamples.version, own)));
}
