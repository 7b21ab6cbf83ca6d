import type { ModelEntry } from '../../../catalog/define-model.ts';
import type { AssetRecord } from '../../../registry/assets/read-assets.ts';
import type { Concept, ModelRecord } from '../../../registry/models/model-record.ts';
import type { TrainingImage } from '../../../registry/models/training-set.ts';
import type { EpochRecord } from '../../../registry/versions/read-versions.ts';
import type { Links } from '../../kit/links.ts';
import { toBaseModelId, toUserId } from '../ids.ts';
import { type InputLimits, modelInputs } from '../model-inputs.ts';
import { isModelType, typeOfBase, typeOfModel } from '../model-types.ts';
import type { Capability, ModelTypeName } from '../schema/enums.ts';
import type { ModelAnswer } from '../schema/model.ts';
import { type TrainingParameters, trainingParametersSchema } from '../schema/training.ts';
import { assetUrl } from './asset-answer.ts';

/** What is told of a model beside its record. */
export interface ModelTold {
  /** Of its base model; null where none is chosen, or the catalog has lost it. */
  entry: ModelEntry | null;
  /** Of the current version, oldest first. */
  epochs: readonly EpochRecord[];
  /** By version, for the concepts of a composition. */
  epochsOf: ReadonlyMap<string, readonly EpochRecord[]>;
  /** Those that it names: thumbnail, samples of epochs. */
  assets: ReadonlyMap<string, AssetRecord>;
  /** Of its training set, in order: all of them, or the first few. */
  images: readonly TrainingImage[];
  links: Links;
}

export function modelAnswer(record: ModelRecord, told: ModelTold): ModelAnswer {
  const { entry, epochs, assets, images, links } = told;
  const type = typeOf(record);
  const thumbnail = record.thumbnail === null ? undefined : assets.get(record.thumbnail);
  const pinned = epochs.find(({ number }) => number === record.pinnedEpoch);
  return {
    id: record.id,
    name: record.name,
    type,
    status: record.status,
    privacy: record.privacy,
    ownerId: record.project,
    authorId: toUserId(record.author),
    source: sourceOf(record),
    capabilities: entry === null ? [] : [capabilityOf(entry)],
    custom: type === 'custom',
    collectionIds: [],
    tags: record.tags,
    exampleAssetIds: record.examples,
    shortDescription: record.shortDescription,
    promptEmbedding: record.promptEmbedding,
    negativePromptEmbedding: record.negativePromptEmbedding,
    ...(record.parent === null ? {} : { parentModelId: record.parent }),
    ...(record.base === null || record.isBase ? {} : { compliantModelIds: [toBaseModelId(record.base)] }),
    ...(record.kind === 'composition'
      ? { concepts: record.concepts.map((one) => conceptOf(one, told)) }
      : {}),
    ...(epochs.length === 0 ? {} : { epochs: epochs.map((epoch) => epochAnswer(epoch, told)) }),
    ...(pinned === undefined ? {} : { epoch: epochName(pinned) }),
    ...(thumbnail === undefined
      ? {}
      : { thumbnail: { assetId: thumbnail.id, url: assetUrl(thumbnail, links) } }),
    parameters: parametersOf(record),
    trainingImages: images.map((image) => trainingImageAnswer(image, links)),
    trainingImagesNumber: record.trainingImageCount,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    ...(record.deletedAt === null ? {} : { deletedAt: record.deletedAt.toISOString() }),
  };
}

/** What only a look at one model tells: how to render with it. */
export function renderingFields(
  { kind, isBase }: ModelRecord,
  entry: ModelEntry | null,
  limits: InputLimits,
): Pick<ModelAnswer, 'inputs' | 'uiConfig'> {
  if (entry === null) return {};
  const inputs = modelInputs(entry, !isBase, limits);
  if (!isBase || kind === 'composition') return { inputs };
  const lorasComponent = { label: 'LoRAs', modelInput: 'loras', scaleInput: 'lorasScale' };
  return { inputs, uiConfig: { lorasComponent } };
}

export function trainingImageAnswer({ asset, caption }: TrainingImage, links: Links) {
  return {
    id: asset.id,
    name: asset.name,
    createdAt: asset.createdAt.toISOString(),
    automaticCaptioning: asset.autoCaption ?? '',
    description: caption,
    downloadUrl: assetUrl(asset, links),
  };
}

/** Epochs are named by their step, as in the names of the trainer's files: `000250`. */
export const epochName = ({ step }: Pick<EpochRecord, 'step'>): string => String(step).padStart(6, '0');

function epochAnswer(epoch: EpochRecord, { assets, links }: ModelTold) {
  const samples = epoch.samples.flatMap(({ asset: id }) => {
    const asset = assets.get(id);
    return asset === undefined ? [] : [{ assetId: id, url: assetUrl(asset, links) }];
  });
  return { epoch: epochName(epoch), ...(samples.length === 0 ? {} : { assets: samples }) };
}

function conceptOf({ model, version, epoch, scale }: Concept, { epochsOf }: ModelTold) {
  const found = version === null ? undefined : epochsOf.get(version)?.find(({ number }) => number === epoch);
  return { modelId: model, scale, ...(found === undefined ? {} : { modelEpoch: epochName(found) }) };
}

export function typeOf({ type, base, kind, isBase }: ModelRecord): ModelTypeName {
  if (isBase) return typeOfBase(base ?? '');
  return type !== null && isModelType(type) ? type : typeOfModel(base, kind);
}

function sourceOf({ source, isBase }: ModelRecord): ModelAnswer['source'] {
  if (isBase) return 'huggingface';
  switch (source) {
    case 'created':
      return 'scenario';
    case 'huggingface':
    case 'civitai':
      return source;
    case 'file':
    case 'url':
    case 'ai-toolkit':
      return 'other';
  }
}

/** The trigger word of a model that was imported is told where a client looks for it. */
function parametersOf({ parameters, trigger }: ModelRecord): TrainingParameters {
  const given = trainingParametersSchema.safeParse(parameters ?? {}).data ?? {};
  return trigger === null ? given : { conceptPrompt: trigger, ...given };
}

function capabilityOf({ task }: ModelEntry): Capability {
  switch (task) {
    case 'text_to_image':
      return 'txt2img';
    case 'image_editing':
      return 'img2img';
    case 'text_to_video':
      return 'txt2video';
    case 'image_to_video':
      return 'img2video';
  }
}
