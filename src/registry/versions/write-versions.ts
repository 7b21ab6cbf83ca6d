/**
 * Versions and epochs. A version is begun, gets its epochs one by one, and becomes current when it is published; none of its rows
 * ever changes. Files are put before the rows that name them (`Blobs.put`), so a stop in between leaves at worst a file that the
 * sweep finds.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { epochFiles, epochSamples, epochs, models, modelVersions } from '../../database/model-schema.ts';
import { insertAsset, type NewAsset } from '../assets/write-assets.ts';
import { lockModel } from '../models/model-record.ts';
import type { RegistryContext } from '../registry-context.ts';
import { conflict, modelNotFound, versionNotFound } from '../registry-errors.ts';
import { versionId } from '../registry-ids.ts';
import type { EpochPart, VersionRow } from './read-versions.ts';

export interface NewVersion {
  model: string;
  origin: VersionRow['origin'];
  /** `pipelineKey` of the base model. */
  baseKey: string;
  /** Hashes of all its files, or the id of the job that trains it. */
  madeOf: readonly string[];
  /** Job that trains it. */
  training: string | null;
  /** What it is trained with, as far as that is known. */
  request: unknown;
  trigger: string | null;
}

/**
 * Begin a version, inside a transaction; the row of the model is held. One that is there already, made of the same, is returned as
 * it is. Throws TRAINED_MODEL_NOT_FOUND.
 */
export async function beginVersion(
  { clock }: RegistryContext,
  transaction: Queries,
  version: NewVersion,
): Promise<{ id: string; number: number; isNew: boolean }> {
  const { model, origin, baseKey, madeOf, training, request, trigger } = version;
  if ((await lockModel(transaction, model)) === null) throw modelNotFound(model);
  const id = versionId(model, baseKey, madeOf);
  const [known] = await transaction.select().from(modelVersions).where(eq(modelVersions.id, id));
  if (known !== undefined) return { id, number: known.number, isNew: false };
  const [last] = await transaction
    .select({ number: sql<number>`coalesce(max(${modelVersions.number}), 0)::int` })
    .from(modelVersions)
    .where(eq(modelVersions.model, model));
  const number = (last?.number ?? 0) + 1;
  await transaction
    .insert(modelVersions)
    .values({ id, model, number, training, origin, baseKey, request, trigger, createdAt: clock() });
  return { id, number, isNew: true };
}

export interface NewEpoch {
  version: string;
  step: number;
  loss: number | null;
  /** Blobs that have been put: `main`, or `high` and `low`. */
  files: readonly { part: EpochPart; sha256: string }[];
  /** Assets of blobs that have been put, by the place of their prompt in the list of samples. */
  samples: readonly { index: number; asset: NewAsset }[];
}

/**
 * Add an epoch with its files and samples, inside a transaction. Returns its number, and whether it is new: one of the same step
 * and files that is there already is left as it is, so that whoever was stopped in between may try again. Throws REGISTRY_CONFLICT
 * for another epoch of that step.
 */
export async function insertEpoch(
  context: RegistryContext,
  transaction: Queries,
  epoch: NewEpoch,
): Promise<{ number: number; isNew: boolean }> {
  const { version, step, loss, files, samples } = epoch;
  const [row] = await transaction
    .select({ id: modelVersions.id })
    .from(modelVersions)
    .where(eq(modelVersions.id, version))
    .for('update');
  if (row === undefined) throw versionNotFound(version);
  const known = await epochAt(transaction, version, step);
  if (known !== null) {
    assertSame(known.files, files, step);
    return { number: known.number, isNew: false };
  }
  const [last] = await transaction
    .select({ number: sql<number>`coalesce(max(${epochs.number}), 0)::int` })
    .from(epochs)
    .where(eq(epochs.version, version));
  const number = (last?.number ?? 0) + 1;
  await transaction.insert(epochs).values({ version, number, step, loss, createdAt: context.clock() });
  await transaction
    .insert(epochFiles)
    .values(files.map(({ part, sha256 }) => ({ version, number, part, blob: sha256 })));
  for (const { index, asset } of samples)
    await insertSample(context, transaction, { version, number, index, asset });
  return { number, isNew: true };
}

/** Add a preview to an epoch, inside a transaction; one that is there already stays. Returns the id of the asset. */
export async function insertSample(
  context: RegistryContext,
  transaction: Queries,
  sample: { version: string; number: number; index: number; asset: NewAsset },
): Promise<string> {
  const { version, number, index } = sample;
  const [known] = await transaction
    .select({ asset: epochSamples.asset })
    .from(epochSamples)
    .where(
      and(eq(epochSamples.version, version), eq(epochSamples.number, number), eq(epochSamples.index, index)),
    );
  if (known !== undefined) return known.asset;
  const asset = await insertAsset(context, transaction, sample.asset);
  await transaction.insert(epochSamples).values({ version, number, index, asset });
  return asset;
}

async function epochAt(transaction: Queries, version: string, step: number) {
  const [row] = await transaction
    .select()
    .from(epochs)
    .where(and(eq(epochs.version, version), eq(epochs.step, step)));
  if (row === undefined) return null;
  const files = await transaction
    .select()
    .from(epochFiles)
    .where(and(eq(epochFiles.version, version), eq(epochFiles.number, row.number)));
  return { number: row.number, files: files.map(({ part, blob }) => ({ part, sha256: blob })) };
}

function assertSame(known: NewEpoch['files'], given: NewEpoch['files'], step: number): void {
  const textOf = (files: NewEpoch['files']): string =>
    files
      .map(({ part, sha256 }) => `${part} ${sha256}`)
      .toSorted()
      .join('\n');
  if (textOf(known) === textOf(given)) return;
  throw conflict(`There is an epoch of step ${step} already, with other files. Epochs do not change.`, {
    step,
  });
}

/**
 * Make a version the current one of its model, inside a transaction: the model is `trained` then, and renders with the version's
 * last epoch. Throws REGISTRY_CONFLICT for one without epochs.
 */
export async function publishVersion(
  { clock }: RegistryContext,
  transaction: Queries,
  version: string,
): Promise<void> {
  const [row] = await transaction.select().from(modelVersions).where(eq(modelVersions.id, version));
  if (row === undefined) throw versionNotFound(version);
  const [epoch] = await transaction.select().from(epochs).where(eq(epochs.version, version)).limit(1);
  if (epoch === undefined)
    throw conflict('This version has no epoch that could be rendered with. Wait for the first one.');
  const model = await lockModel(transaction, row.model);
  if (row.publishedAt === null)
    await transaction
      .update(modelVersions)
      .set({ publishedAt: clock() })
      .where(eq(modelVersions.id, version));
  // Epochs of a version that is current already may go on coming.
  const pinnedEpoch = model?.currentVersion === version ? model.pinnedEpoch : null;
  await transaction
    .update(models)
    .set({
      currentVersion: version,
      pinnedEpoch,
      status: 'trained',
      updatedAt: clock(),
      ...(row.trigger === null ? {} : { trigger: row.trigger }),
    })
    .where(eq(models.id, row.model));
}
