/** The pictures that a model names: what it is to be trained on, and the examples of what it does. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { modelExamples, models, trainingImages, trainingPairs } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../asker.ts';
import { type AssetRecord, getAssets, namedAssets } from '../assets/read-assets.ts';
import type { RegistryContext } from '../registry-context.ts';
import { assetNotFound, conflict } from '../registry-errors.ts';
import { lockOwnModel } from './read-models.ts';

/** A training image, in its place. */
export interface TrainingImage {
  asset: AssetRecord;
  /** What it is trained with: its own caption, else the description of the asset, else the automatic one. */
  caption: string;
  /** Of the training set only; null: that of the asset counts. */
  ownCaption: string | null;
}

export interface TrainingPair {
  /** Ids of assets. */
  source: string;
  target: string;
  instruction: string;
}

/** The training set of models that the asker is known to see, in order, by model. `most`: of each, so many at most. */
export async function trainingImagesOf(
  context: RegistryContext,
  modelIds: readonly string[],
): Promise<Map<string, TrainingImage[]>> {
  if (modelIds.length === 0) return new Map();
  const rows = await context.database.queries
    .select()
    .from(trainingImages)
    .where(inArray(trainingImages.model, [...modelIds]))
    .orderBy(asc(trainingImages.model), asc(trainingImages.position), asc(trainingImages.asset));
  const found = await namedAssets(
    context,
    rows.map(({ asset }) => asset),
  );
  const images = rows.flatMap(({ model, asset: id, caption: ownCaption }) => {
    const asset = found.get(id);
    if (asset === undefined) return [];
    const caption = ownCaption ?? (asset.description || (asset.autoCaption ?? ''));
    return [{ model, image: { asset, caption, ownCaption } }];
  });
  const grouped = Map.groupBy(images, ({ model }) => model);
  return new Map([...grouped].map(([model, group]) => [model, group.map(({ image }) => image)]));
}

/** In order. */
export async function trainingPairsOf({ database }: RegistryContext, model: string): Promise<TrainingPair[]> {
  const rows = await database.queries
    .select()
    .from(trainingPairs)
    .where(eq(trainingPairs.model, model))
    .orderBy(asc(trainingPairs.position));
  return rows.map(({ source, target, instruction }) => ({ source, target, instruction }));
}

/** An asset that joins the training set. */
export interface ImageToAdd {
  asset: string;
  caption?: string | null;
}

/**
 * Add assets behind the training set of a model. Throws TRAINED_MODEL_NOT_FOUND, FORBIDDEN, ASSET_NOT_FOUND, INVALID_REQUEST for
 * what is no picture or clip of a set, and REGISTRY_CONFLICT for one that is in it already; then none is added.
 */
export async function addTrainingImages(
  context: RegistryContext,
  asker: Asker,
  model: string,
  images: readonly ImageToAdd[],
): Promise<void> {
  await assertAssets(context, asker, images);
  await context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    const present = await transaction
      .select({ asset: trainingImages.asset, position: trainingImages.position })
      .from(trainingImages)
      .where(eq(trainingImages.model, model));
    assertNew(
      present.map(({ asset }) => asset),
      images,
    );
    const start = Math.max(-1, ...present.map(({ position }) => position)) + 1;
    if (images.length === 0) return;
    await transaction.insert(trainingImages).values(
      images.map(({ asset, caption }, index) => ({
        ...{ model, asset, position: start + index, caption: caption ?? null },
      })),
    );
    await touch(context, transaction, model);
  });
}

async function assertAssets(
  context: RegistryContext,
  asker: Asker,
  images: readonly ImageToAdd[],
): Promise<void> {
  const found = new Set(
    (
      await getAssets(
        context,
        asker,
        images.map(({ asset }) => asset),
      )
    ).map(({ id }) => id),
  );
  const missing = images.find(({ asset }) => !found.has(asset));
  if (missing !== undefined) throw assetNotFound(missing.asset);
}

function assertNew(present: readonly string[], images: readonly ImageToAdd[]): void {
  const seen = new Set(present);
  for (const { asset } of images) {
    if (seen.has(asset))
      throw conflict(`The asset ${asset} is a training image of this model already.`, { asset });
    seen.add(asset);
  }
}

/** Put another asset, or another caption, in the place of a training image. Pairs that name the old one name the new one. */
export async function replaceTrainingImage(
  context: RegistryContext,
  asker: Asker,
  model: string,
  { image, by }: { image: string; by: ImageToAdd },
): Promise<void> {
  await assertAssets(context, asker, [by]);
  await context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    const rows = await transaction.select().from(trainingImages).where(eq(trainingImages.model, model));
    const old = rows.find(({ asset }) => asset === image);
    if (old === undefined) throw notInSet(image);
    const isSame = by.asset === image;
    if (!isSame)
      assertNew(
        rows.map(({ asset }) => asset),
        [by],
      );
    const isOld = and(eq(trainingImages.model, model), eq(trainingImages.asset, image));
    if (isSame) {
      await transaction
        .update(trainingImages)
        .set({ caption: by.caption ?? null })
        .where(isOld);
    } else {
      await transaction
        .insert(trainingImages)
        .values({ ...old, asset: by.asset, caption: by.caption ?? null });
      for (const side of ['source', 'target'] as const)
        await transaction
          .update(trainingPairs)
          .set({ [side]: by.asset })
          .where(and(eq(trainingPairs.model, model), eq(trainingPairs[side], image)));
      await transaction.delete(trainingImages).where(isOld);
    }
    await touch(context, transaction, model);
  });
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
    if (missing !== undefined) throw notInSet(missing);
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
    await touch(context, transaction, model);
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

/** Replace all pairs of a model. Throws INVALID_REQUEST where a pair names what is no training image of the model. */
export async function replaceTrainingPairs(
  context: RegistryContext,
  asker: Asker,
  model: string,
  pairs: readonly TrainingPair[],
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    const rows = await transaction
      .select({ asset: trainingImages.asset })
      .from(trainingImages)
      .where(eq(trainingImages.model, model));
    const known = new Set(rows.map(({ asset }) => asset));
    for (const [index, { source, target }] of pairs.entries()) {
      const missing = [source, target].find((id) => !known.has(id));
      if (missing !== undefined)
        throw new DarkroomError(
          'INVALID_REQUEST',
          `Pair ${index + 1} names ${missing.slice(0, 64)}, which is no training image of this model. Add it to the set first.`,
        );
    }
    await transaction.delete(trainingPairs).where(eq(trainingPairs.model, model));
    if (pairs.length > 0)
      await transaction
        .insert(trainingPairs)
        .values(pairs.map((pair, position) => ({ ...pair, model, position })));
    await touch(context, transaction, model);
  });
}

/** Replace the examples of a model by these assets, in this order. Throws ASSET_NOT_FOUND and INVALID_REQUEST. */
export async function setExamples(
  context: RegistryContext,
  asker: Asker,
  model: string,
  ids: readonly string[],
): Promise<void> {
  await assertAssets(
    context,
    asker,
    ids.map((asset) => ({ asset })),
  );
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new DarkroomError('INVALID_REQUEST', `The asset ${twice} is named twice. Name each example once.`);
  await context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    await transaction.delete(modelExamples).where(eq(modelExamples.model, model));
    if (ids.length > 0)
      await transaction
        .insert(modelExamples)
        .values(ids.map((asset, position) => ({ model, asset, position })));
    await touch(context, transaction, model);
  });
}

const notInSet = (id: string): DarkroomError =>
  new DarkroomError(
    'ASSET_NOT_FOUND',
    `The model names no asset "${id.slice(0, 64)}". Read the model for the pictures that it has.`,
  );

async function touch({ clock }: RegistryContext, transaction: Queries, model: string): Promise<void> {
  await transaction
    .update(models)
    .set({ updatedAt: sql`${clock().toISOString()}::timestamptz` })
    .where(eq(models.id, model));
}
