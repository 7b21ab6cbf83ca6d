/**
 * Deleting is soft: a deleted model is only in the list of deleted ones, and can be restored for `trashDays`. After that what it was
 * made of goes, and of the model itself a row stays that says so.
 */
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { modelConcepts, models, modelTags } from '../../database/model-schema.ts';
import { trainings } from '../../database/training-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type Asker, assertOwn } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict, modelNotFound } from '../registry-errors.ts';
import { isRegistryId } from '../registry-ids.ts';
import { freeSlug } from './create-model.ts';
import { lockModel } from './model-record.ts';
import { lockOwnModel } from './read-models.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Delete a model. Its training is canceled; requests that wait to render with it keep their file. Throws
 * TRAINED_MODEL_NOT_FOUND, FORBIDDEN, and REGISTRY_CONFLICT that names the compositions that it is part of.
 */
export async function deleteModel(context: RegistryContext, asker: Asker, id: string): Promise<void> {
  const { database, clock, cancelTraining } = context;
  const training = await database.transaction(async (transaction) => {
    const model = await lockOwnModel(context, transaction, asker, id);
    await assertInNoComposition(transaction, id, model.name);
    const running = await openTraining(transaction, id);
    const status = model.status === 'training' ? afterTraining(model.currentVersion) : model.status;
    const now = clock();
    await transaction.delete(modelTags).where(eq(modelTags.model, id));
    await transaction.update(models).set({ status, deletedAt: now, updatedAt: now }).where(eq(models.id, id));
    return running;
  });
  if (training !== null) await cancelTraining(training);
}

/** A model that could be rendered with before goes on to be one. */
const afterTraining = (currentVersion: string | null) =>
  currentVersion === null ? 'training-canceled' : 'trained';

async function assertInNoComposition(transaction: Queries, id: string, name: string): Promise<void> {
  const rows = await transaction
    .selectDistinct({ id: models.id, name: models.name })
    .from(modelConcepts)
    .innerJoin(models, eq(models.id, modelConcepts.composition))
    .where(and(eq(modelConcepts.model, id), isNull(models.deletedAt)));
  if (rows.length === 0) return;
  const names = rows.map((row) => `"${row.name}" (${row.id})`).join(', ');
  throw conflict(
    `"${name}" is part of ${rows.length === 1 ? 'the composition' : 'the compositions'} ${names}. Take it out there first, or delete ${rows.length === 1 ? 'that' : 'those'}.`,
    { compositions: rows.map((row) => row.id) },
  );
}

async function openTraining(transaction: Queries, model: string): Promise<string | null> {
  const [row] = await transaction
    .select({ job: trainings.job })
    .from(trainings)
    .where(and(eq(trainings.model, model), isNull(trainings.endedAt)));
  return row?.job ?? null;
}

/**
 * Take a deleted model back, with the status that it had. Its tags stay gone, and its name gets a number where another model has
 * taken it. Throws TRAINED_MODEL_NOT_FOUND, REGISTRY_CONFLICT for one that is not deleted, and REGISTRY_GONE when it is too late.
 */
export async function restoreModel(context: RegistryContext, asker: Asker, id: string): Promise<void> {
  const { database, clock, trashDays } = context;
  await database.transaction(async (transaction) => {
    const model = isRegistryId('model', id) ? await lockModel(transaction, id) : null;
    if (model === null || (!asker.seesAll && model.project !== asker.project && model.privacy === 'private'))
      throw modelNotFound(id);
    assertOwn(asker, model, `The model "${model.name}"`);
    if (model.deletedAt === null)
      throw conflict(`"${model.name}" is not deleted, so there is nothing to restore.`);
    if (clock().getTime() - model.deletedAt.getTime() > trashDays * dayMs)
      throw new DarkroomError(
        'REGISTRY_GONE',
        `"${model.name}" was deleted more than ${trashDays} days ago (REGISTRY_TRASH_DAYS), and its files are gone. Import or train it again.`,
      );
    await assertPartsThere(transaction, id);
    const slug = await freeSlug(transaction, model);
    await transaction
      .update(models)
      .set({ slug, deletedAt: null, updatedAt: clock() })
      .where(eq(models.id, id));
  });
}

/** A composition comes back when its LoRAs are there. */
async function assertPartsThere(transaction: Queries, id: string): Promise<void> {
  const rows = await transaction
    .select({ id: models.id, name: models.name })
    .from(modelConcepts)
    .innerJoin(models, eq(models.id, modelConcepts.model))
    .where(and(eq(modelConcepts.composition, id), isNotNull(models.deletedAt)));
  if (rows.length === 0) return;
  const names = rows.map((row) => `"${row.name}" (${row.id})`).join(', ');
  throw conflict(
    `The composition is made of ${names}, which ${rows.length === 1 ? 'is' : 'are'} deleted. Restore ${rows.length === 1 ? 'it' : 'them'} first.`,
  );
}
