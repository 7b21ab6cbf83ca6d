import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { epochs, modelConcepts, models } from '../../database/model-schema.ts';

/**
 * Take away the older epochs of a version, inside a transaction, so that `count` of the newest stay; one that is pinned or part of a
 * composition stays too. Requests that wait to render with one keep its file. Returns the steps of those that are gone.
 */
export async function keepNewestEpochs(
  transaction: Queries,
  version: string,
  count: number,
): Promise<number[]> {
  const isPinned = sql`exists (select from ${models} where ${models.currentVersion} = ${epochs.version} and ${models.pinnedEpoch} = ${epochs.number})`;
  const isPart = sql`exists (select from ${modelConcepts} where ${modelConcepts.version} = ${epochs.version} and ${modelConcepts.epoch} = ${epochs.number})`;
  const older = await transaction
    .select({ number: epochs.number })
    .from(epochs)
    .where(eq(epochs.version, version))
    .orderBy(desc(epochs.step))
    .offset(count);
  if (older.length === 0) return [];
  const numbers = older.map(({ number }) => number);
  const gone = await transaction
    .delete(epochs)
    .where(
      and(
        eq(epochs.version, version),
        inArray(epochs.number, numbers),
        sql`not ${isPinned}`,
        sql`not ${isPart}`,
      ),
    )
    .returning({ step: epochs.step });
  return gone.map(({ step }) => step);
}
