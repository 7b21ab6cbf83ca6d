import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { modelConcepts, models } from '../../database/model-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type Asker, readableBy } from '../asker.ts';
import type { RegistryContext } from '../registry-context.ts';
import { epochNotFound, modelNotFound } from '../registry-errors.ts';
import { chooseEpoch, epochsOf } from '../versions/read-versions.ts';
import type { ModelRow } from './model-record.ts';

/** An epoch is said by its number or step; null: the pinned one, else the last. */
export interface ConceptAsked {
  model: string;
  epoch: string | null;
  scale: number;
}

/**
 * Make a composition of these LoRAs, which have to be trained, of one family, and readable by the asker. Throws
 * INVALID_REQUEST, TRAINED_MODEL_NOT_FOUND, EPOCH_NOT_FOUND.
 */
export async function setConcepts(
  context: RegistryContext,
  transaction: Queries,
  asker: Asker,
  { id, base, concepts }: { id: string; base: string | null; concepts: readonly ConceptAsked[] },
): Promise<void> {
  assertCount(context, concepts.length);
  const found = await readConcepts(transaction, asker, concepts);
  const families = new Set(
    [base, ...found.map((model) => model.base)].flatMap((one) => familyOf(context, one)),
  );
  if (families.size > 1)
    throw invalid(
      `The LoRAs of a composition have to be of one family, and these are of ${[...families].join(', ')}. Take those of one of them.`,
    );
  const rows = [];
  for (const [position, { epoch, scale }] of concepts.entries()) {
    const model = found[position];
    if (model === undefined) continue;
    rows.push({
      composition: id,
      position,
      model: model.id,
      scale,
      ...(await pinned(transaction, model, epoch)),
    });
  }
  await transaction.delete(modelConcepts).where(eq(modelConcepts.composition, id));
  await transaction.insert(modelConcepts).values(rows);
  await transaction
    .update(models)
    .set({
      kind: 'composition',
      base: base ?? found[0]?.base ?? null,
      status: 'trained',
      updatedAt: context.clock(),
    })
    .where(eq(models.id, id));
}

function assertCount({ maxLoras }: RegistryContext, given: number): void {
  if (given >= 1 && given <= maxLoras) return;
  throw invalid(`A composition has 1 to ${maxLoras} LoRAs (MAX_LORAS), and this one has ${given}.`);
}

/** In the order of the concepts. */
async function readConcepts(
  transaction: Queries,
  asker: Asker,
  concepts: readonly ConceptAsked[],
): Promise<ModelRow[]> {
  const rows = await transaction
    .select()
    .from(models)
    .where(
      and(
        inArray(
          models.id,
          concepts.map(({ model }) => model),
        ),
        isNull(models.deletedAt),
        readableBy(asker, models),
      ),
    )
    .for('share');
  return concepts.map(({ model: id }) => {
    const model = rows.find((row) => row.id === id);
    if (model === undefined) throw modelNotFound(id);
    if (model.kind === 'composition')
      throw invalid(`"${model.name}" is a composition itself. Take the LoRAs that it is made of.`);
    if (model.currentVersion === null)
      throw invalid(`"${model.name}" has no trained version yet. Train or import it first.`);
    return model;
  });
}

/** The current version stays open as long as no epoch of it was asked for. */
async function pinned(
  transaction: Queries,
  model: ModelRow,
  epoch: string | null,
): Promise<{ version: string | null; epoch: number | null }> {
  const version = model.currentVersion;
  if (epoch === null || version === null) return { version: null, epoch: null };
  const all = (await epochsOf(transaction, [version])).get(version) ?? [];
  const chosen = chooseEpoch(all, epoch);
  if (chosen === null)
    throw epochNotFound(
      epoch,
      all.map(({ step }) => step),
    );
  return { version, epoch: chosen.number };
}

const familyOf = ({ catalog }: RegistryContext, base: string | null): string[] => {
  const entry = base === null ? undefined : catalog.get(base);
  return entry?.lora.families.slice(0, 1) ?? [];
};

const invalid = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
