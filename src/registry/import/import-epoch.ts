/** The steps that every import has in common: check a file, make sure of the model, and add an epoch to its version. */
import path from 'node:path';
import { eq } from 'drizzle-orm';
import type { ModelEntry } from '../../catalog/define-model.ts';
import { models } from '../../database/model-schema.ts';
import { readHeader, type SafetensorsHeader } from '../../loras/file/header/read-header.ts';
import { triggerWords } from '../../loras/file/header/training-facts.ts';
import { type DescribedLora, settleStrength } from '../../loras/file/lora-strength.ts';
import { whyBad } from '../../loras/file/values/lora-values.ts';
import { pipelineKey, pipelineSpec } from '../../render/pipeline-spec.ts';
import type { NewAsset } from '../assets/write-assets.ts';
import { createBlobs } from '../blobs.ts';
import { insertModel } from '../models/create-model.ts';
import { lockModel, type ModelSource } from '../models/model-record.ts';
import type { EpochPart } from '../versions/read-versions.ts';
import { beginVersion, insertEpoch, publishVersion } from '../versions/write-versions.ts';
import { type ImportParts, importInvalid } from './import-parts.ts';
import type { ImportTask } from './import-task.ts';

/** What a source says of itself, for what nobody else has said. */
export interface SourceFacts {
  name: string;
  source: ModelSource;
  sourceUrl: string | null;
  trigger: string | null;
  /** What it was trained with. */
  request: unknown;
}

export interface EpochToAdd {
  entry: ModelEntry;
  /** See `versionId`. */
  madeOf: readonly string[];
  step: number;
  files: readonly { part: EpochPart; sha256: string }[];
  samples: readonly { index: number; asset: NewAsset }[];
}

/** The header of a whole LoRA file whose values can be used. Throws LORA_INVALID. */
export async function checkLoraFile(
  { readValues }: Pick<ImportParts, 'readValues'>,
  file: string,
  label: string,
): Promise<SafetensorsHeader> {
  const header = await readHeader(file, label);
  const { bad } = await readValues(file, label);
  if (bad !== null) throw importInvalid(`"${label}" cannot be used: ${whyBad(bad)}.`);
  return header;
}

/**
 * A LoRA whose strength stands in a file beside it cannot be kept as one file. Throws IMPORT_INVALID.
 */
export function assertStandsAlone(label: string, lora: DescribedLora): void {
  if (lora.peftConfig === null) return;
  const strengthOf = (described: DescribedLora): string =>
    JSON.stringify(settleStrength(label, described, false).strength);
  if (strengthOf(lora) === strengthOf({ ...lora, peftConfig: null })) return;
  throw importInvalid(
    `The strength of "${label}" is set in the adapter_config.json beside it, which the registry does not keep. Render with it by its path, or save it with its alphas inside.`,
  );
}

/**
 * Add an epoch to the version of the task's model, all in one transaction: the model is made with its first epoch, or gets its base
 * model by it, and is rendered with the newest from then on. Returns the version, and whether the epoch is new.
 */
export function addImportedEpoch(
  parts: ImportParts,
  task: ImportTask,
  facts: SourceFacts,
  epoch: EpochToAdd,
): Promise<{ version: string; isNew: boolean }> {
  const { registry } = parts;
  const { entry, madeOf, step, files, samples } = epoch;
  return registry.database.transaction(async (transaction) => {
    const known = await lockModel(transaction, task.model);
    if (known === null) await insertModel(registry, transaction, task.asker, newModel(task, facts, entry));
    else if (known.deletedAt !== null) throw importInvalid(`The model ${known.id} was deleted meanwhile.`);
    else if (known.base !== null && known.base !== entry.id)
      throw importInvalid(
        `"${known.name}" is a model for ${known.base}, and this LoRA is for ${entry.id}. Import it as a model of its own.`,
      );
    else if (known.base === null)
      await transaction.update(models).set({ base: entry.id }).where(eq(models.id, known.id));
    const trigger = task.trigger ?? facts.trigger;
    const version = await beginVersion(registry, transaction, {
      model: task.model,
      origin: 'imported',
      madeOf,
      training: null,
      request: facts.request,
      trigger,
      baseKey: pipelineKey(pipelineSpec(entry, false)),
    });
    const added = await insertEpoch(registry, transaction, {
      version: version.id,
      step,
      loss: null,
      files,
      samples,
    });
    if (added.isNew) await publishVersion(registry, transaction, version.id);
    return { version: version.id, isNew: added.isNew };
  });
}

const newModel = (task: ImportTask, facts: SourceFacts, entry: ModelEntry) => ({
  id: task.model,
  project: task.asker.project,
  name: task.name ?? facts.name,
  slug: task.slug,
  kind: 'lora' as const,
  base: entry.id,
  privacy: task.privacy,
  description: task.description,
  source: facts.source,
  sourceUrl: facts.sourceUrl,
  trigger: task.trigger ?? facts.trigger,
  tags: task.tags,
});

/** Keep a LoRA file of this machine. Returns its hash. */
export async function keepLora({ registry }: ImportParts, file: string): Promise<string> {
  return (await createBlobs(registry).put({ path: file }, 'application/octet-stream')).sha256;
}

export const triggerIn = ({ metadata }: Pick<SafetensorsHeader, 'metadata'>): string | null =>
  triggerWords(metadata)[0] ?? null;

/** What a file is called, without what every save adds to the name of its job. */
export const nameOfFile = (file: string): string =>
  path
    .basename(file)
    .replace(/\.safetensors$/i, '')
    .replace(/(?:_\d{6,12})?(?:_(?:high|low)_noise)?$/, '');
