import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../../registry/asker.ts';
import type { ModelRecord } from '../../registry/models/model-record.ts';
import type { LoraRequest } from '../../render/request.ts';
import type { DialectParts } from '../dialect.ts';
import { epochName } from './answers/model-answer.ts';
import { baseIdOf } from './ids.ts';
import type { RenderTarget } from './render-request.ts';

/** What a request names to render with, besides the model in its path. */
export interface NamedModels {
  /** The model in its path, or `modelId` where there is none. */
  modelId: string;
  /** A LoRA or a composition to render a base model with. */
  addedId: string | null;
  /** Of the LoRA that is named. */
  modelEpoch: string | null;
  /** More LoRAs, by id, path or URL. */
  loras: readonly { path: string; scale: number }[];
  /** Strength of the LoRA that is named. */
  scale: number;
  /** Base model to render on, in place of the LoRA's own. */
  baseModelId: string | null;
}

type TargetParts = Pick<DialectParts, 'registry' | 'catalog'>;

/**
 * Find the base model and the LoRAs that a request is rendered with. Throws TRAINED_MODEL_NOT_FOUND, EPOCH_NOT_FOUND, and
 * INVALID_REQUEST for what has nothing to render with.
 */
export async function findTarget(
  named: NamedModels,
  asker: Asker,
  parts: TargetParts,
): Promise<RenderTarget & { record: ModelRecord }> {
  const { models } = parts.registry;
  const record = await models.get(asker, named.modelId);
  if (!record.isBase && named.addedId !== null)
    throw refused(
      `${record.id} is not a base model, so modelId cannot be put on it. Send the request to its base model, with both in loras.`,
    );
  const added = named.addedId === null ? record : await models.get(asker, named.addedId);
  if (record.isBase && added.isBase && named.addedId !== null)
    throw refused(
      `modelId names the base model ${added.id}. Send a LoRA or a composition there, or leave it out.`,
    );
  if (added.isBase && named.modelEpoch !== null)
    throw refused(`${added.id} is a base model, which has no epochs. Leave modelEpoch out, or name a LoRA.`);
  const own = added.isBase ? [] : await lorasOf(added, named, asker, parts);
  const loras = [...own, ...named.loras].map(
    ({ path, scale }): LoraRequest => ({ path, scale, expert: null }),
  );
  const base = named.baseModelId === null ? record.base : baseIdOf(named.baseModelId);
  const entry = base === null ? undefined : parts.catalog.get(base);
  if (entry === undefined)
    throw refused(
      named.baseModelId === null
        ? `${record.id} has no base model here. Set its type first.`
        : `There is no base model "${named.baseModelId.slice(0, 64)}". Leave baseModelId out for ${record.base ?? 'the usual one'}.`,
    );
  return {
    record,
    modelId: added.id,
    entry,
    loras,
    triggerWord: added.trigger,
    promptEmbedding: added.promptEmbedding,
    negativePromptEmbedding: added.negativePromptEmbedding,
  };
}

interface ScaledPath {
  path: string;
  scale: number;
}

async function lorasOf(
  record: ModelRecord,
  { modelEpoch, scale }: NamedModels,
  asker: Asker,
  parts: TargetParts,
): Promise<ScaledPath[]> {
  if (record.status === 'new' || (record.kind === 'lora' && record.currentVersion === null))
    throw refused(
      `${record.id} is ${record.status}: there is nothing to render with yet. Train it, or import its weights.`,
    );
  if (record.kind === 'lora') return [{ path: atEpoch(record.id, modelEpoch), scale }];
  if (modelEpoch !== null)
    throw refused(`${record.id} is a composition, whose LoRAs have their own epochs. Leave modelEpoch out.`);
  return conceptsOf(record, scale, asker, parts);
}

/** A concept without an epoch follows its model. */
async function conceptsOf(
  { concepts }: ModelRecord,
  scale: number,
  asker: Asker,
  { registry }: TargetParts,
): Promise<ScaledPath[]> {
  const records = await registry.models.getMany(
    asker,
    concepts.map(({ model }) => model),
  );
  const versions = await registry.versions.of(records.map(({ id }) => id));
  return concepts.map(({ model, version, epoch, scale: own }) => {
    const record = records.find(({ id }) => id === model);
    if (record === undefined)
      throw refused(
        `The composition has the model ${model}, which is deleted or may not be seen. Replace its concepts.`,
      );
    const found = versions.get(model)?.find(({ id }) => id === version);
    const chosen = found?.epochs.find(({ number }) => number === epoch);
    const at = chosen === undefined ? null : epochName(chosen);
    const path =
      found === undefined || found.id === record.currentVersion ? model : `${record.fullName}:${found.id}`;
    return { path: atEpoch(path, at), scale: own * scale };
  });
}

const atEpoch = (path: string, epoch: string | null): string => (epoch === null ? path : `${path}@${epoch}`);

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
