import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { assets, assetTags } from '../../database/registry-schema.ts';
import type { Asker } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { registryId } from '../registry-ids.ts';
import { type AssetRow, lockOwnAsset } from './read-assets.ts';

/** A picture or clip whose blob has been put. */
export interface NewAsset {
  project: string;
  /** SHA-256 of its blob. */
  sha256: string;
  kind: AssetRow['kind'];
  name: string;
  width: number | null;
  height: number | null;
  /** Of a clip, in seconds. */
  duration?: number | null;
  description?: string;
  autoCaption?: string | null;
  source: AssetRow['source'];
  metadata?: unknown;
  parent?: string | null;
  job?: string | null;
  outputIndex?: number | null;
  /** Left out of lists, as previews of trainings are. */
  hidden?: boolean;
  privacy?: AssetRow['privacy'];
  author: string | null;
  tags?: readonly string[];
}

/** Returns its id. Inside a transaction, or alone. */
export async function insertAsset(
  { clock, newId }: RegistryContext,
  queries: Queries,
  { sha256, tags = [], ...asset }: NewAsset,
): Promise<string> {
  const id = registryId('asset', newId);
  const now = clock();
  await queries.insert(assets).values({ ...asset, id, blob: sha256, createdAt: now, updatedAt: now });
  if (tags.length > 0)
    await queries.insert(assetTags).values([...new Set(tags)].map((tag) => ({ asset: id, tag })));
  return id;
}

/** What may change of an asset. */
export interface AssetChange {
  name?: string | undefined;
  description?: string | undefined;
  /** What a model that sees has said of it. */
  autoCaption?: string | undefined;
  hidden?: boolean | undefined;
  privacy?: AssetRow['privacy'] | undefined;
  metadata?: unknown;
}

/** Throws ASSET_NOT_FOUND and FORBIDDEN. */
export async function updateAsset(
  { database, clock }: RegistryContext,
  asker: Asker,
  id: string,
  change: AssetChange,
): Promise<void> {
  await database.transaction(async (transaction) => {
    await lockOwnAsset(transaction, asker, id);
    await transaction
      .update(assets)
      .set({ ...change, updatedAt: clock() })
      .where(eq(assets.id, id));
  });
}

/**
 * Delete assets: they are in no list and cannot be read any more. What names them (a training set, an epoch, an example) keeps
 * them until it goes too. Throws ASSET_NOT_FOUND and FORBIDDEN, and deletes none then.
 */
export async function deleteAssets(
  { database, clock }: RegistryContext,
  asker: Asker,
  ids: readonly string[],
): Promise<void> {
  await database.transaction(async (transaction) => {
    for (const id of ids) await lockOwnAsset(transaction, asker, id);
    const now = clock();
    await transaction
      .update(assets)
      .set({ deletedAt: now, updatedAt: now })
      .where(and(inArray(assets.id, [...ids]), isNull(assets.deletedAt)));
  });
}
