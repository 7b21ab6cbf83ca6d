/** What a recipe says in the names of a pipeline, in those of a request. */
import { isDeepStrictEqual } from 'node:util';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { Provenance } from '../files/encode/provenance.ts';

export interface RecalledRecipe {
  /** Of each LoRA. */
  experts: ('high' | 'low' | null)[];
  guidanceRescale: number | null;
  secondNegativePrompt: string | null;
  controlIndex: number | null;
  /** Null: that of the model. */
  sampler: string | null;
  resolution: 'High' | null;
  /** Switches of the model, as they stood. */
  options: Record<string, boolean>;
  /** SHA-256 of what it was made of, and of all other pictures: the control pictures. */
  image: string | null;
  mask: string | null;
  strength: number | null;
  controlImages: string[];
  /** What the control pictures, and the one that it was made of, were resized to. */
  controlSize: Resized | null;
  imageSize: Resized | null;
}

type Resized = NonNullable<Provenance['resized']>[string];

/** The catalog's entry knows the names. Of a model that it has no more, what needs none is told. */
export function recallRecipe(recipe: Provenance, entry: ModelEntry | undefined): RecalledRecipe {
  const given = recipe.arguments ?? {};
  const number = (name: string | null | undefined): number | null => {
    const value = name == null ? undefined : given[name];
    return typeof value === 'number' ? value : null;
  };
  const second = given[entry?.arguments.second_negative_prompt ?? 'negative_prompt_2'];
  return {
    experts: recipe.loras.map(({ component }) => expertOf(entry, component)),
    guidanceRescale: number(entry?.arguments.guidance_rescale ?? 'guidance_rescale'),
    secondNegativePrompt: typeof second === 'string' ? second : null,
    controlIndex: number(entry?.arguments.control_index),
    sampler: samplerOf(entry, recipe),
    resolution: given.resolution === 'High' ? 'High' : null,
    options: optionsOf(entry, given),
    ...picturesOf(entry, recipe),
  };
}

function picturesOf(
  entry: ModelEntry | undefined,
  { pipeline, images = {}, resized = {}, arguments: given = {} }: Provenance,
): Pick<RecalledRecipe, 'image' | 'mask' | 'strength' | 'controlImages' | 'controlSize' | 'imageSize'> {
  const { image_to_image: whole, inpainting: part } = entry?.abilities ?? {};
  const mask = part?.class === pipeline ? part?.mask : undefined;
  const ability = mask === undefined ? whole : part;
  const isSource = ability !== undefined && ability.class === pipeline;
  const own = isSource ? [ability.image, mask] : [];
  const others = Object.keys(images).filter((name) => !own.includes(name));
  const strength = isSource ? given[ability.strength] : null;
  return {
    image: isSource ? (images[ability.image]?.[0] ?? null) : null,
    mask: isSource && mask !== undefined ? (images[mask]?.[0] ?? null) : null,
    strength: typeof strength === 'number' ? strength : null,
    controlImages: others.flatMap((name) => images[name] ?? []),
    controlSize: others.map((name) => resized[name]).find((size) => size !== undefined) ?? null,
    imageSize: isSource ? (resized[ability.image] ?? null) : null,
  };
}

function expertOf(entry: ModelEntry | undefined, component: string | undefined): 'high' | 'low' | null {
  const experts = entry?.lora.experts;
  if (experts === undefined || component === undefined) return null;
  return component === experts.high ? 'high' : component === experts.low ? 'low' : null;
}

/** Names that stand for the same scheduler render the same. Earlier versions did not store its configuration. */
function samplerOf(entry: ModelEntry | undefined, recipe: Provenance): string | null {
  const { scheduler, scheduler_config: config } = recipe;
  const ofClass = Object.entries(entry?.pipeline.samplers ?? {}).filter(
    ([, { class: name }]) => name === scheduler,
  );
  const same = ofClass.find(([, sampler]) => isDeepStrictEqual(sampler.config, config));
  return (same ?? ofClass[0])?.[0] ?? null;
}

function optionsOf(entry: ModelEntry | undefined, given: Record<string, unknown>): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(entry?.options ?? {}).flatMap(([name, option]): [string, boolean][] => {
      const value = option === undefined ? undefined : given[option.argument];
      return typeof value === 'boolean' ? [[name, value]] : [];
    }),
  );
}
