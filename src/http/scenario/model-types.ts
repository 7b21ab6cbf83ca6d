/**
 * What the types of Scenario's models mean here. The type says of which family a model is, and `baseModelId` which model of that
 * family: without it the first of `bases`.
 */
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Catalog } from '../../catalog/load-catalog.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { baseIdOf, toBaseModelId } from './ids.ts';
import { type ModelTypeName, modelTypeNames } from './schema/enums.ts';

/** Ranges and defaults of training parameters go by the trainer that Scenario itself uses for a type. */
export type TrainerProfile = 'flux' | 'musubi' | 'sdxl' | 'sd15';

export interface ModelType {
  kind: 'base' | 'lora' | 'composition';
  /** Ids in the catalog that a model of the type can have as its base, the usual one first. Null: any that no other type has. */
  bases: readonly string[] | null;
  profile: TrainerProfile;
  /** Learns from pairs of pictures, before and after. */
  pairs: boolean;
}

const flux = ['flux', 'demo', 'flex1'];

const lora = (profile: TrainerProfile, ...bases: string[]): ModelType => ({
  kind: 'lora',
  bases,
  profile,
  pairs: false,
});
const editLora = (profile: TrainerProfile, ...bases: string[]): ModelType => ({
  ...lora(profile, ...bases),
  pairs: true,
});
const base = (profile: TrainerProfile, ...bases: string[]): ModelType => ({
  ...lora(profile, ...bases),
  kind: 'base',
});
const composition = (profile: TrainerProfile, ...bases: string[]): ModelType => ({
  ...lora(profile, ...bases),
  kind: 'composition',
});
const offeredNowhere: ModelType = { kind: 'base', bases: [], profile: 'flux', pairs: false };

export const modelTypes: Readonly<Record<ModelTypeName, ModelType>> = {
  custom: { kind: 'lora', bases: null, profile: 'musubi', pairs: false },
  'elevenlabs-voice': offeredNowhere,
  'flux.1': base('flux', ...flux),
  'flux.1-composition': composition('flux', ...flux),
  'flux.1-kontext-dev': { ...base('flux', 'flux_kontext'), pairs: true },
  'flux.1-kontext-lora': editLora('flux', 'flux_kontext'),
  'flux.1-krea-dev': base('flux', 'flux_krea'),
  'flux.1-krea-lora': lora('flux', 'flux_krea'),
  'flux.1-lora': lora('flux', ...flux),
  'flux.1-pro': offeredNowhere,
  'flux.1.1-pro-ultra': offeredNowhere,
  'flux.2-dev-edit-lora': editLora('musubi', 'flux2', 'flux2_diffusers'),
  'flux.2-dev-lora': lora('musubi', 'flux2', 'flux2_diffusers'),
  'flux.2-klein-4b-edit-lora': editLora('musubi', 'flux2_klein_4b'),
  'flux.2-klein-4b-lora': lora('musubi', 'flux2_klein_4b'),
  'flux.2-klein-9b-edit-lora': editLora('musubi', 'flux2_klein_9b'),
  'flux.2-klein-9b-lora': lora('musubi', 'flux2_klein_9b'),
  'flux.2-klein-base-4b-edit-lora': editLora('musubi', 'flux2_klein_4b'),
  'flux.2-klein-base-4b-lora': lora('musubi', 'flux2_klein_4b'),
  'flux.2-klein-base-9b-edit-lora': editLora('musubi', 'flux2_klein_9b'),
  'flux.2-klein-base-9b-lora': lora('musubi', 'flux2_klein_9b'),
  'flux1.1-pro': offeredNowhere,
  'gpt-image-1': offeredNowhere,
  'qwen-image-2512-lora': lora('musubi', 'qwen_image_2512'),
  'qwen-image-edit-2509-lora': editLora('musubi', 'qwen_image_edit_plus'),
  'qwen-image-edit-2511-lora': editLora('musubi', 'qwen_image_edit_plus_2511'),
  'qwen-image-edit-lora': editLora('musubi', 'qwen_image_edit'),
  'qwen-image-lora': lora('musubi', 'qwen_image'),
  'sd-1_5': base('sd15', 'sd15'),
  'sd-1_5-composition': composition('sd15', 'sd15'),
  'sd-1_5-lora': lora('sd15', 'sd15'),
  'sd-xl': base('sdxl', 'sdxl'),
  'sd-xl-composition': composition('sdxl', 'sdxl'),
  'sd-xl-lora': lora('sdxl', 'sdxl'),
  'zimage-de-turbo-lora': lora('musubi', 'zimage_deturbo'),
  'zimage-lora': lora('musubi', 'zimage'),
  'zimage-turbo-lora': lora('musubi', 'zimage_turbo'),
};

/** The entry that a model of a type is based on. Throws INVALID_REQUEST with what is offered. */
export function baseOf(type: ModelTypeName, baseModelId: string | undefined, catalog: Catalog): ModelEntry {
  const { bases } = modelTypes[type];
  const offered = bases ?? [...catalog.keys()].filter((id) => !hasTypeOfItsOwn(id));
  const wanted = baseModelId === undefined ? bases?.[0] : baseIdOf(baseModelId);
  const entry = wanted === undefined || !offered.includes(wanted) ? undefined : catalog.get(wanted);
  if (entry !== undefined) return entry;
  const here = offered.filter((id) => catalog.has(id)).map(toBaseModelId);
  if (here.length === 0) throw typeNotOffered(type, catalog);
  const given = baseModelId === undefined ? 'none was given' : `"${baseModelId.slice(0, 100)}" was received`;
  throw new DarkroomError(
    'INVALID_REQUEST',
    `A model of type "${type}" is based on one of ${here.join(', ')}, and ${given}. Send one of them as baseModelId.`,
    { details: { type, baseModelIds: here } },
  );
}

function typeNotOffered(type: ModelTypeName, catalog: Catalog): DarkroomError {
  const offered = modelTypeNames.filter((name) => isOffered(name, catalog));
  return new DarkroomError(
    'INVALID_REQUEST',
    `This server has no base model for the type "${type}". It offers ${offered.join(', ')}.`,
    { details: { type, types: offered } },
  );
}

function isOffered(type: ModelTypeName, catalog: Catalog): boolean {
  const { bases } = modelTypes[type];
  return bases === null || bases.some((id) => catalog.has(id));
}

const owned = new Set(Object.values(modelTypes).flatMap(({ bases }) => bases ?? []));
const hasTypeOfItsOwn = (id: string): boolean => owned.has(id);

/** The type of a LoRA or composition of this base, for one that was not made by a client of this API. */
export function typeOfModel(base: string | null, kind: 'lora' | 'composition'): ModelTypeName {
  const ofKind = modelTypeNames.filter((name) => modelTypes[name].kind === kind);
  return ofKind.find((name) => base !== null && modelTypes[name].bases?.includes(base)) ?? 'custom';
}

/**
 * The type of a base model. The newest SDK knows no type of Stable Diffusion, and refuses a whole list for one that it does not
 * know: in the catalog they are `custom`, as all are that have no type of their own.
 */
export function typeOfBase(entry: string): ModelTypeName {
  const names: readonly ModelTypeName[] = ['flux.1', 'flux.1-kontext-dev', 'flux.1-krea-dev'];
  return names.find((name) => modelTypes[name].bases?.includes(entry)) ?? 'custom';
}

export const isModelType = (name: string): name is ModelTypeName => Object.hasOwn(modelTypes, name);
