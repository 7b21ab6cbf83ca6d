/** Before and after, both of the training set of a model. */
import { asc, eq } from 'drizzle-orm';
import { trainingImages, trainingPairs } from '../../database/model-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { touchModel } from './model-record.ts';
import { lockOwnModel } from './read-models.ts';

export interface TrainingPair {
  /** Ids of assets. */
  source: string;
  target: string;
  instruction: string;
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
    await touchModel(transaction, model, context.clock());
  });
}
