import { and, desc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { epochs, modelConcepts, models, modelVersions } from '../../database/model-schema.ts';
import type { Asker } from '../asker.ts';
import { lockOwnModel } from '../models/read-models.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict, versionNotFound } from '../registry-errors.ts';

/**
 * Delete a version with its epochs, for good; requests that wait to render with it keep their file. Of the current one the newest
 * other becomes current, and a model without any is `new` again. Throws TRAINED_MODEL_NOT_FOUND, FORBIDDEN, and REGISTRY_CONFLICT for
 * a version that a composition has, or that is being trained.
 */
export async function deleteVersion(
  context: RegistryContext,
  asker: Asker,
  { model: id, version }: { model: string; version: string },
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const model = await lockOwnModel(context, transaction, asker, id);
    const [row] = await transaction
      .select()
      .from(modelVersions)
      .where(
        and(eq(modelVersions.id, version), eq(modelVersions.model, id), isNull(modelVersions.deletedAt)),
      );
    if (row === undefined) throw versionNotFound(version);
    if (row.publishedAt === null && model.status === 'training')
      throw conflict(`This version of "${model.name}" is being trained. Cancel the training first.`);
    await assertInNoComposition(transaction, version, model.name);
    if (model.currentVersion === version) {
      const next = await newestOther(transaction, id, version);
      const status = next === null && model.status === 'trained' ? 'new' : model.status;
      await transaction
        .update(models)
        .set({ currentVersion: next, pinnedEpoch: null, status, updatedAt: context.clock() })
        .where(eq(models.id, id));
    }
    await transaction.delete(modelVersions).where(eq(modelVersions.id, version));
  });
}

async function assertInNoComposition(transaction: Queries, version: string, name: string): Promise<void> {
  const [named] = await transaction
    .select({ name: models.name, id: models.id })
    .from(modelConcepts)
    .innerJoin(models, eq(models.id, modelConcepts.composition))
    .where(and(eq(modelConcepts.version, version), isNull(models.deletedAt)))
    .limit(1);
  if (named === undefined) return;
  throw conflict(
    `This version of "${name}" is part of the composition "${named.name}" (${named.id}). Take it out there first.`,
  );
}

/** Of those that can be rendered with. */
async function newestOther(transaction: Queries, model: string, version: string): Promise<string | null> {
  const [row] = await transaction
    .select({ id: modelVersions.id })
    .from(modelVersions)
    .where(
      and(
        ...[eq(modelVersions.model, model), ne(modelVersions.id, version)],
        ...[isNull(modelVersions.deletedAt), isNotNull(modelVersions.publishedAt)],
        sql`exists (select from ${epochs} where ${epochs.version} = ${modelVersions.id})`,
      ),
    )
    .orderBy(desc(modelVersions.number))
    .limit(1);
  return row?.id ?? null;
}
