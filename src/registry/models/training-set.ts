/** The pictures that a model is to be trained on, in order. */
import { and, asc, eq, inArray } from 'drizzle-orm';
import { trainingImages, trainingPairs } from '../../database/model-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../asker.ts';
import { type AssetRecord, assertSeen, namedAssets } from '../assets/read-assets.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict, notNamed } from '../registry-errors.ts';
import { touchModel } from './model-record.ts';
import { lockOwnModel } from './read-models.ts';

/** A training image, in its place. */
export interface TrainingImage {
  asset: AssetRecord;
  /** What it is trained with: its own caption, else the description of the asset, else the automatic one. */
  caption: string;
  /** Of the training set only; null: that of the asset counts. */
  ownCaption: string | null;
}

/** The training set of models that the asker is known to see, in order, by model. */
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

/** An asset that joins the training set. */
export interface ImageToAdd {
  asset: string;
  caption?: string | null;
}

/**
 * Add assets behind the training set of a model. Throws TRAINED_MODEL_NOT_FOUND, FORBIDDEN, ASSET_NOT_FOUND, INVALID_REQUEST for
 * what is no picture or clip of a set, TRAINING_SET_FULL, and REGISTRY_CONFLICT for one that is in it already; then none is added.
 */
export async function addTrainingImages(
  context: RegistryContext,
  asker: Asker,
  model: string,
  images: readonly ImageToAdd[],
): Promise<void> {
  await assertSeen(
    context,
    asker,
    images.map(({ asset }) => asset),
  );
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
    assertRoom(context, present.length, images.length);
    const start = Math.max(-1, ...present.map(({ position }) => position)) + 1;
    if (images.length === 0) return;
    await transaction.insert(trainingImages).values(
      images.map(({ asset, caption }, index) => ({
        model,
        asset,
        position: start + index,
        caption: caption ?? null,
      })),
    );
    await touchModel(transaction, model, context.clock());
  });
}

function assertRoom({ maxTrainingImages: limit }: RegistryContext, count: number, more: number): void {
  if (count + more <= limit) return;
  throw new DarkroomError(
    'TRAINING_SET_FULL',
    `The training set has ${count} pictures and takes up to ${limit} (TRAINING_IMAGES_MAX), so ${more} more were not added. Take some out first, or raise the setting.`,
    { details: { count, limit } },
  );
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
  await assertSeen(context, asker, [by.asset]);
  await context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    const rows = await transaction.select().from(trainingImages).where(eq(trainingImages.model, model));
    const old = rows.find(({ asset }) => asset === image);
    if (old === undefined) throw notNamed(image);
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
    await touchModel(transaction, model, context.clock());
  });
}
