import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { epochFiles, epochSamples, epochs, modelVersions } from '../../database/model-schema.ts';
import { blobs } from '../../database/registry-schema.ts';

export type VersionRow = typeof modelVersions.$inferSelect;
export type EpochPart = (typeof epochFiles.$inferSelect)['part'];

export interface EpochFile {
  part: EpochPart;
  sha256: string;
  bytes: number;
}

export interface EpochRecord {
  version: string;
  /** Counts from 1 within the version. */
  number: number;
  /** Optimizer steps that its weights hold. */
  step: number;
  loss: number | null;
  createdAt: Date;
  files: EpochFile[];
  /** Previews: the place of the prompt in the list of samples, and the id of the asset. */
  samples: { index: number; asset: string }[];
}

export interface VersionRecord extends VersionRow {
  /** Oldest first. */
  epochs: EpochRecord[];
}

/** The versions of models that the asker is known to see, by model, newest first, without those that were deleted. */
export async function versionsOf(
  queries: Queries,
  models: readonly string[],
): Promise<Map<string, VersionRecord[]>> {
  if (models.length === 0) return new Map();
  const rows = await queries
    .select()
    .from(modelVersions)
    .where(and(inArray(modelVersions.model, [...models]), isNull(modelVersions.deletedAt)))
    .orderBy(asc(modelVersions.number));
  const epochsByVersion = await epochsOf(
    queries,
    rows.map(({ id }) => id),
  );
  const records = rows.map((row) => ({ ...row, epochs: epochsByVersion.get(row.id) ?? [] })).toReversed();
  return Map.groupBy(records, ({ model }) => model);
}

/** Null when there is none of that id, or it was deleted. */
export async function findVersion(queries: Queries, id: string): Promise<VersionRecord | null> {
  const [row] = await queries
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.id, id), isNull(modelVersions.deletedAt)));
  if (row === undefined) return null;
  return { ...row, epochs: (await epochsOf(queries, [id])).get(id) ?? [] };
}

/** Epochs by version, oldest first, by one statement for each table. */
export async function epochsOf(
  queries: Queries,
  versions: readonly string[],
): Promise<Map<string, EpochRecord[]>> {
  if (versions.length === 0) return new Map();
  const wanted = [...versions];
  const rows = await queries
    .select()
    .from(epochs)
    .where(inArray(epochs.version, wanted))
    .orderBy(asc(epochs.version), asc(epochs.number));
  const files = await queries
    .select({ file: epochFiles, bytes: blobs.bytes })
    .from(epochFiles)
    .innerJoin(blobs, eq(blobs.sha256, epochFiles.blob))
    .where(inArray(epochFiles.version, wanted))
    .orderBy(asc(epochFiles.part));
  const samples = await queries
    .select()
    .from(epochSamples)
    .where(inArray(epochSamples.version, wanted))
    .orderBy(asc(epochSamples.index));
  const keyOf = (row: { version: string; number: number }): string => `${row.version} ${row.number}`;
  const filesByEpoch = Map.groupBy(files, ({ file }) => keyOf(file));
  const samplesByEpoch = Map.groupBy(samples, keyOf);
  const records = rows.map((row) => ({
    ...row,
    files: (filesByEpoch.get(keyOf(row)) ?? []).map(({ file: { part, blob }, bytes }) => ({
      part,
      sha256: blob,
      bytes,
    })),
    samples: (samplesByEpoch.get(keyOf(row)) ?? []).map(({ index, asset }) => ({ index, asset })),
  }));
  return Map.groupBy(records, ({ version }) => version);
}

/**
 * The epoch that people mean: by its step, or where none has that step by its number; leading zeros do not count. Null when
 * there is none of the kind.
 */
export function chooseEpoch<Epoch extends Pick<EpochRecord, 'number' | 'step'>>(
  all: readonly Epoch[],
  asked: string,
): Epoch | null {
  if (!/^\d{1,12}$/.test(asked)) return null;
  const wanted = Number(asked);
  return all.find(({ step }) => step === wanted) ?? all.find(({ number }) => number === wanted) ?? null;
}

/** The one that is rendered with when nobody says which: the pinned one of the current version, else its last. */
export function currentEpoch(version: VersionRecord, pinned: number | null): EpochRecord | null {
  const epoch =
    pinned === null ? version.epochs.at(-1) : version.epochs.find(({ number }) => number === pinned);
  return epoch ?? null;
}
