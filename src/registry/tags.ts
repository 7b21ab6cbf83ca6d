import { and, eq, inArray } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { models, modelTags } from '../database/model-schema.ts';
import { assets, assetTags } from '../database/registry-schema.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Asker } from './asker.ts';
import { getAsset, lockOwnAsset } from './assets/read-assets.ts';
import { lockOwnModel } from './models/read-models.ts';
import type { RegistryContext } from './registry-context.ts';

/** With `strict`, adding a tag that is there or removing one that is not is an error. */
export interface TagChange {
  add: readonly string[];
  remove: readonly string[];
  strict: boolean;
}

/** What has become of it. */
export interface TagsChanged {
  added: string[];
  removed: string[];
}

/** Throws TRAINED_MODEL_NOT_FOUND, FORBIDDEN, and INVALID_REQUEST for a strict change that does not fit. */
export function changeModelTags(
  context: RegistryContext,
  asker: Asker,
  model: string,
  change: TagChange,
): Promise<TagsChanged> {
  return context.database.transaction(async (transaction) => {
    await lockOwnModel(context, transaction, asker, model);
    const rows = await transaction.select().from(modelTags).where(eq(modelTags.model, model));
    const { added, removed } = settleTags(new Set(rows.map(({ tag }) => tag)), change);
    if (added.length > 0) await transaction.insert(modelTags).values(added.map((tag) => ({ model, tag })));
    if (removed.length > 0)
      await transaction
        .delete(modelTags)
        .where(and(eq(modelTags.model, model), inArray(modelTags.tag, removed)));
    await transaction.update(models).set({ updatedAt: context.clock() }).where(eq(models.id, model));
    return { added, removed };
  });
}

/** Throws ASSET_NOT_FOUND, FORBIDDEN, and INVALID_REQUEST for a strict change that does not fit. */
export function changeAssetTags(
  { database, clock }: RegistryContext,
  asker: Asker,
  asset: string,
  change: TagChange,
): Promise<TagsChanged> {
  return database.transaction(async (transaction) => {
    await lockOwnAsset(transaction, asker, asset);
    const rows = await transaction.select().from(assetTags).where(eq(assetTags.asset, asset));
    const { added, removed } = settleTags(new Set(rows.map(({ tag }) => tag)), change);
    if (added.length > 0) await transaction.insert(assetTags).values(added.map((tag) => ({ asset, tag })));
    if (removed.length > 0)
      await transaction
        .delete(assetTags)
        .where(and(eq(assetTags.asset, asset), inArray(assetTags.tag, removed)));
    await transaction.update(assets).set({ updatedAt: clock() }).where(eq(assets.id, asset));
    return { added, removed };
  });
}

/** Replace all tags of a model that is locked. */
export async function putModelTags(
  transaction: Queries,
  model: string,
  tags: readonly string[],
): Promise<void> {
  const wanted = [...new Set(tags)];
  await transaction.delete(modelTags).where(eq(modelTags.model, model));
  if (wanted.length > 0) await transaction.insert(modelTags).values(wanted.map((tag) => ({ model, tag })));
}

/** Replace all tags of an asset. Throws ASSET_NOT_FOUND and FORBIDDEN. */
export async function setAssetTags(
  context: RegistryContext,
  asker: Asker,
  asset: string,
  tags: readonly string[],
): Promise<void> {
  const present = (await getAsset(context, asker, asset)).tags;
  const remove = present.filter((tag) => !tags.includes(tag));
  await changeAssetTags(context, asker, asset, { add: tags, remove, strict: false });
}

/** Throws INVALID_REQUEST where tags that must be new are there, or the other way round. */
function settleTags(present: ReadonlySet<string>, { add, remove, strict }: TagChange): TagsChanged {
  const added = [...new Set(add)].filter((tag) => !present.has(tag));
  const removed = [...new Set(remove)].filter((tag) => present.has(tag));
  const wrong = strict
    ? [...new Set([...add.filter((tag) => present.has(tag)), ...remove.filter((tag) => !present.has(tag))])]
    : [];
  if (wrong.length === 0) return { added, removed };
  throw new DarkroomError(
    'INVALID_REQUEST',
    `Nothing was changed: ${wrong.map((tag) => `"${tag.slice(0, 64)}"`).join(', ')} ${wrong.length === 1 ? 'is' : 'are'} there already, or not there to remove. Send only what changes, or switch strict off.`,
  );
}
