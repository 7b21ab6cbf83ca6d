/**
 * What time takes away. A file goes when no row names it: its row of `blobs` here, the file itself by whoever removes unused blobs.
 *
 *   expired uploads, deleted models after `trashDays` (their row stays, without what they were made of), assets that are deleted or
 *   were made for what is gone ─▶ blobs that nothing names and nobody has put for a day
 */
import { and, eq, inArray, isNotNull, lt, or, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import {
  epochSamples,
  modelConcepts,
  modelExamples,
  models,
  modelVersions,
  trainingImages,
} from '../database/model-schema.ts';
import { assets } from '../database/registry-schema.ts';
import { createBlobs } from './blobs.ts';
import type { RegistryContext } from './registry-context.ts';
import { removeExpiredUploads } from './uploads/uploads.ts';

const dayMs = 24 * 60 * 60 * 1000;
const mostAtOnce = 100;

/** Returns how many of each are gone. */
export async function sweepRegistry(
  context: RegistryContext,
): Promise<{ models: number; assets: number; blobs: number }> {
  const now = context.clock().getTime();
  const { database, trashDays } = context;
  await removeExpiredUploads(context, new Date(now));
  const purged = await purgeModels(database.queries, new Date(now - trashDays * dayMs), context);
  const yesterday = new Date(now - dayMs);
  const removed = await removeUnnamedAssets(database.queries, yesterday);
  const forgotten = await createBlobs(context).forgetUnnamed(yesterday);
  return { models: purged, assets: removed, blobs: forgotten };
}

/** One that a composition names waits for that. */
async function purgeModels(queries: Queries, before: Date, { database }: RegistryContext): Promise<number> {
  const isMadeOfSomething = or(
    sql`exists (select from ${modelVersions} where ${modelVersions.model} = ${models.id})`,
    sql`exists (select from ${trainingImages} where ${trainingImages.model} = ${models.id})`,
    sql`exists (select from ${modelExamples} where ${modelExamples.model} = ${models.id})`,
    sql`exists (select from ${modelConcepts} where ${modelConcepts.composition} = ${models.id})`,
  );
  const isNamed = sql`exists (select from ${modelConcepts} where ${modelConcepts.model} = ${models.id})`;
  const rows = await queries
    .select({ id: models.id })
    .from(models)
    .where(
      and(isNotNull(models.deletedAt), lt(models.deletedAt, before), isMadeOfSomething, sql`not ${isNamed}`),
    )
    .limit(mostAtOnce);
  for (const { id } of rows) {
    await database.transaction(async (transaction) => {
      const gone = { currentVersion: null, pinnedEpoch: null, thumbnail: null, status: 'new' as const };
      await transaction.update(models).set(gone).where(eq(models.id, id));
      await transaction.delete(modelConcepts).where(eq(modelConcepts.composition, id));
      await transaction.delete(modelExamples).where(eq(modelExamples.model, id));
      await transaction.delete(trainingImages).where(eq(trainingImages.model, id));
      await transaction.delete(modelVersions).where(eq(modelVersions.model, id));
    });
  }
  return rows.length;
}

/** Deleted ones, and those that no list has ever shown, once neither a model nor an epoch names them. */
async function removeUnnamedAssets(queries: Queries, before: Date): Promise<number> {
  const named = sql`
    select asset from ${trainingImages} union all select asset from ${modelExamples}
    union all select asset from ${epochSamples}
    union all select thumbnail from ${models} where thumbnail is not null`;
  const isDone = or(
    and(isNotNull(assets.deletedAt), lt(assets.deletedAt, before)),
    and(
      eq(assets.hidden, true),
      inArray(assets.source, ['sampled', 'imported']),
      lt(assets.createdAt, before),
    ),
  );
  const rows = await queries
    .delete(assets)
    .where(and(isDone, sql`not exists (select from (${named}) as named where named.asset = ${assets.id})`))
    .returning({ id: assets.id });
  return rows.length;
}
