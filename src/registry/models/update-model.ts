import { and, eq, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { models } from '../../database/model-schema.ts';
import { assets } from '../../database/registry-schema.ts';
import { type Asker, readableBy } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { assetNotFound, conflict, epochNotFound } from '../registry-errors.ts';
import { putModelTags } from '../tags.ts';
import { chooseEpoch, epochsOf } from '../versions/read-versions.ts';
import { checkBase } from './check-base.ts';
import { type ConceptAsked, setConcepts } from './concepts.ts';
import { assertExamples, putExamples } from './examples.ts';
import type { ModelRow, Privacy } from './model-record.ts';
import { lockOwnModel } from './read-models.ts';

/** What is left out stays as it is. */
export interface ModelChange {
  name?: string | undefined;
  slug?: string | undefined;
  /** Only while the model is `new`. */
  base?: string | null | undefined;
  type?: string | null | undefined;
  privacy?: Privacy | undefined;
  trigger?: string | null | undefined;
  parameters?: unknown;
  promptEmbedding?: string | undefined;
  negativePromptEmbedding?: string | undefined;
  shortDescription?: string | undefined;
  description?: string | undefined;
  links?: unknown;
  /** Id of an asset. */
  thumbnail?: string | null | undefined;
  /** Step or number of an epoch of the current version, only while the model is `trained`; null: the last one. */
  pinnedEpoch?: string | null | undefined;
  concepts?: readonly ConceptAsked[] | undefined;
  /** In place of all that it has. */
  tags?: readonly string[] | undefined;
  /** Ids of assets, in place of all that it has. */
  examples?: readonly string[] | undefined;
}

/**
 * Change texts and pointers of a model, all of it or nothing. Throws TRAINED_MODEL_NOT_FOUND, FORBIDDEN, INVALID_REQUEST, ASSET_NOT_FOUND,
 * EPOCH_NOT_FOUND, and REGISTRY_CONFLICT for what its status does not allow.
 */
export async function updateModel(
  context: RegistryContext,
  asker: Asker,
  id: string,
  change: ModelChange,
): Promise<void> {
  const { pinnedEpoch, concepts, tags, examples, ...plain } = change;
  if (examples !== undefined) await assertExamples(context, asker, examples);
  await context.database.transaction(async (transaction) => {
    const model = await lockOwnModel(context, transaction, asker, id);
    checkBase(context, change.base ?? null);
    assertMayChange(model, change);
    if (change.slug !== undefined) await assertFreeName(transaction, model, change.slug);
    if (typeof change.thumbnail === 'string') await assertAsset(transaction, asker, change.thumbnail);
    const pinned =
      pinnedEpoch === undefined ? {} : { pinnedEpoch: await pinnedNumber(transaction, model, pinnedEpoch) };
    await transaction
      .update(models)
      .set({ ...plain, ...pinned, updatedAt: context.clock() })
      .where(eq(models.id, id));
    if (concepts !== undefined)
      await setConcepts(context, transaction, asker, { id, base: change.base ?? model.base, concepts });
    if (tags !== undefined) await putModelTags(transaction, id, tags);
    if (examples !== undefined) await putExamples(transaction, id, examples);
  });
}

/** Type and base say what the versions of a model are, so they do not change once there is one. */
function assertMayChange(model: ModelRow, { base, type, concepts }: ModelChange): void {
  const changesBase = base !== undefined && base !== model.base;
  const changesType = type !== undefined && type !== model.type;
  if (model.status !== 'new' && (changesBase || changesType))
    throw conflict(
      `The type and the base model can only change while a model is new, and "${model.name}" is ${model.status}. Make another model.`,
      { status: model.status },
    );
  if (concepts !== undefined && model.kind === 'lora' && model.currentVersion !== null)
    throw conflict(
      `"${model.name}" is a LoRA with versions of its own, and no composition. Make another model for that.`,
    );
}

async function assertFreeName(transaction: Queries, model: ModelRow, slug: string): Promise<void> {
  const [other] = await transaction
    .select({ id: models.id })
    .from(models)
    .where(and(eq(models.project, model.project), eq(models.slug, slug), isNull(models.deletedAt)));
  if (other === undefined || other.id === model.id) return;
  throw conflict(`There is a model of the name "${slug}" already. Choose another name.`, { slug });
}

async function assertAsset(transaction: Queries, asker: Asker, id: string): Promise<void> {
  const [asset] = await transaction
    .select({ id: assets.id })
    .from(assets)
    .where(and(eq(assets.id, id), isNull(assets.deletedAt), readableBy(asker, assets)));
  if (asset === undefined) throw assetNotFound(id);
}

async function pinnedNumber(
  transaction: Queries,
  model: ModelRow,
  asked: string | null,
): Promise<number | null> {
  if (asked === null) return null;
  if (model.status !== 'trained')
    throw conflict(
      `An epoch can be pinned once a model is trained, and "${model.name}" is ${model.status}.`,
      {
        status: model.status,
      },
    );
  const version = model.currentVersion;
  const all = version === null ? [] : ((await epochsOf(transaction, [version])).get(version) ?? []);
  const chosen = chooseEpoch(all, asked);
  if (chosen !== null) return chosen.number;
  throw epochNotFound(
    asked,
    all.map(({ step }) => step),
  );
}
