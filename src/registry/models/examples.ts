/** The pictures that show what a model does, and how a model lets go of any picture that it names. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { modelExamples, models, trainingImages } from '../../database/model-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../asker.ts';
import { assertSeen } from '../assets/read-assets.ts';
import type { RegistryContext } from '../registry-context.ts';
import { notNamed } from '../registry-errors.ts';
import { touchModel } from './model-record.ts';
import { lockOwnModel } from './read-models.ts';

/** Replace the examples of a model by these assets, in this order. Throws ASSET_NOT_FOUND and INVALID_REQUEST. */
export async function setExamples(
  context: RegistryContext,
  asker: Asker,
  model: string,
  ids: readonly string[],
): Promise<void> {
  await assertExamples(context, asker, ids);
  await context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    await putExamples(transaction, model, ids);
    await touchModel(transaction, model, context.clock());
  });
}

/** Throws ASSET_NOT_FOUND, and INVALID_REQUEST for one that is named twice. */
export async function assertExamples(
  context: RegistryContext,
  asker: Asker,
  ids: readonly string[],
): Promise<void> {
  await assertSeen(context, asker, ids);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new DarkroomError('INVALID_REQUEST', `The asset ${twice} is named twice. Name each example once.`);
}

/** Of a model that is locked, assets that have been checked. */
export async function putExamples(
  transaction: Queries,
  model: string,
  ids: readonly string[],
): Promise<void> {
  await transaction.delete(modelExamples).where(eq(modelExamples.model, model));
  if (ids.length > 0)
    await transaction
      .insert(modelExamples)
      .values(ids.map((asset, position) => ({ model, asset, position })));
}

/**
 * Take assets out of the training set of a model, with the pairs that name them; with `everywhere` out of its examples too, and as
 * its thumbnail. The assets stay. Throws ASSET_NOT_FOUND for one that the model does not name there.
 */
export async function removeModelImages(
  context: RegistryContext,
  asker: Asker,
  model: string,
  { assets: ids, everywhere }: { assets: readonly string[]; everywhere: boolean },
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const row = await lockOwnModel(context, transaction, asker, model);
    const named = new Set(await namedBy(transaction, row, everywhere));
    const missing = ids.find((id) => !named.has(id));
    if (missing !== undefined) throw notNamed(missing);
    const wanted = [...ids];
    await transaction
      .delete(trainingImages)
      .where(and(eq(trainingImages.model, model), inArray(trainingImages.asset, wanted)));
    if (everywhere) {
      await transaction
        .delete(modelExamples)
        .where(and(eq(modelExamples.model, model), inArray(modelExamples.asset, wanted)));
      if (row.thumbnail !== null && wanted.includes(row.thumbnail))
        await transaction.update(models).set({ thumbnail: null }).where(eq(models.id, model));
    }
    await touchModel(transaction, model, context.clock());
  });
}

async function namedBy(
  transaction: Queries,
  { id, thumbnail }: { id: string; thumbnail: string | null },
  everywhere: boolean,
): Promise<string[]> {
  const images = await transaction
    .select({ asset: trainingImages.asset })
    .from(trainingImages)
    .where(eq(trainingImages.model, id));
  const examples = everywhere
    ? await transaction
        .select({ asset: modelExamples.asset })
        .from(modelExamples)
        .where(eq(modelExamples.model, id))
    : [];
  return [
    ...[...images, ...examples].map(({ asset }) => asset),
    ...(everywhere && thumbnail !== null ? [thumbnail] : []),
  ];
}
