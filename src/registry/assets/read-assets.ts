import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { assets, assetTags, blobs } from '../../database/registry-schema.ts';
import { type Asker, assertOwn, projectOf, readableBy } from '../asker.ts';
import { type Page, type PageRequest, pageClauses, toPage } from '../page.ts';
import type { RegistryContext } from '../registry-context.ts';
import { assetNotFound } from '../registry-errors.ts';
import { isRegistryId } from '../registry-ids.ts';

export type AssetRow = typeof assets.$inferSelect;

export interface AssetRecord extends AssetRow {
  bytes: number;
  mime: string;
  tags: string[];
}

/** Throws ASSET_NOT_FOUND, also for a deleted one. */
export async function getAsset(context: RegistryContext, asker: Asker, id: string): Promise<AssetRecord> {
  const [found] = await getAssets(context, asker, [id]);
  if (found === undefined) throw assetNotFound(id);
  return found;
}

/** Of these, the assets that the asker may see, in the order asked for; the others are left out. */
export async function getAssets(
  { database }: RegistryContext,
  asker: Asker,
  ids: readonly string[],
): Promise<AssetRecord[]> {
  const wanted = [...new Set(ids)].filter((id) => isRegistryId('asset', id));
  if (wanted.length === 0) return [];
  const rows = await selectAssets(database.queries).where(
    and(inArray(assets.id, wanted), isNull(assets.deletedAt), readableBy(asker, assets)),
  );
  const records = new Map((await toRecords(database.queries, rows)).map((record) => [record.id, record]));
  return ids.flatMap((id) => records.get(id) ?? []);
}

/** Throws ASSET_NOT_FOUND for the first that the asker may not see. */
export async function assertSeen(
  context: RegistryContext,
  asker: Asker,
  ids: readonly string[],
): Promise<void> {
  const found = new Set((await getAssets(context, asker, ids)).map(({ id }) => id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw assetNotFound(missing);
}

/** The same whoever asks, deleted ones included: of what names them, such as a training set or an epoch that may be read. */
export async function namedAssets(
  { database }: RegistryContext,
  ids: readonly string[],
): Promise<Map<string, AssetRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await selectAssets(database.queries).where(inArray(assets.id, [...new Set(ids)]));
  return new Map((await toRecords(database.queries, rows)).map((record) => [record.id, record]));
}

export interface AssetFilter extends PageRequest {
  /** Id of a project; null: the asker's. */
  project: string | null;
  kind?: AssetRow['kind'];
  /** Job that made them. */
  job?: string;
  tags?: readonly string[];
  /** With the hidden ones; false by default. */
  withHidden?: boolean;
  by?: 'created' | 'updated';
}

/** Throws FORBIDDEN for a project that is not the asker's, and INVALID_REQUEST for a foreign cursor. */
export async function listAssets(
  { database }: RegistryContext,
  asker: Asker,
  filter: AssetFilter,
): Promise<Page<AssetRecord>> {
  const { project, kind, job, tags, withHidden = false, by } = filter;
  const at = by === 'updated' ? assets.updatedAt : assets.createdAt;
  const { where, orderBy } = pageClauses(filter, { at, id: assets.id });
  const rows = await selectAssets(database.queries)
    .where(
      and(
        eq(assets.project, projectOf(asker, project)),
        isNull(assets.deletedAt),
        withHidden ? undefined : eq(assets.hidden, false),
        kind === undefined ? undefined : eq(assets.kind, kind),
        job === undefined ? undefined : eq(assets.job, job),
        tags === undefined ? undefined : taggedWith(database.queries, tags),
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(filter.limit + 1);
  const page = toPage(rows, filter.limit, ({ asset }) => ({
    at: by === 'updated' ? asset.updatedAt : asset.createdAt,
    id: asset.id,
  }));
  return { ...page, items: await toRecords(database.queries, page.items) };
}

const taggedWith = (queries: Queries, tags: readonly string[]) =>
  inArray(
    assets.id,
    queries
      .select({ asset: assetTags.asset })
      .from(assetTags)
      .where(inArray(assetTags.tag, [...tags])),
  );

/** The row of an asset that the asker may change, held until the transaction ends. Throws ASSET_NOT_FOUND and FORBIDDEN. */
export async function lockOwnAsset(transaction: Queries, asker: Asker, id: string): Promise<AssetRow> {
  const [row] = isRegistryId('asset', id)
    ? await transaction
        .select()
        .from(assets)
        .where(and(eq(assets.id, id), isNull(assets.deletedAt), readableBy(asker, assets)))
        .for('update')
    : [];
  if (row === undefined) throw assetNotFound(id);
  assertOwn(asker, row, `The asset "${row.name}"`);
  return row;
}

const selectAssets = (queries: Queries) =>
  queries
    .select({ asset: assets, bytes: blobs.bytes, mime: blobs.mime })
    .from(assets)
    .innerJoin(blobs, eq(blobs.sha256, assets.blob));

interface AssetWithBlob {
  asset: AssetRow;
  bytes: number;
  mime: string;
}

async function toRecords(queries: Queries, rows: readonly AssetWithBlob[]): Promise<AssetRecord[]> {
  if (rows.length === 0) return [];
  const tags = await queries
    .select()
    .from(assetTags)
    .where(
      inArray(
        assetTags.asset,
        rows.map(({ asset }) => asset.id),
      ),
    )
    .orderBy(asc(assetTags.tag));
  const byAsset = Map.groupBy(tags, ({ asset }) => asset);
  return rows.map(({ asset, bytes, mime }) => ({
    ...asset,
    bytes,
    mime,
    tags: byAsset.get(asset.id)?.map(({ tag }) => tag) ?? [],
  }));
}
