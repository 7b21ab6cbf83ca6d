/** A recipe in the words of a request, from what is stored and from what a file says of itself. */
import { isDeepStrictEqual } from 'node:util';
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Catalog } from '../../catalog/load-catalog.ts';
import type { Provenance } from '../../files/encode/provenance.ts';
import { writtenNumber } from '../../render/exact-json.ts';
import type { RecipeResponse } from './schemas/recipe-schema.ts';

/** The catalog knows what the pipeline's own names stand for; a model that it has no more keeps what needs none. */
export function recipeResponse(recipe: Provenance, catalog: Catalog): RecipeResponse {
  const entry = catalog.get(recipe.model);
  const given = recipe.arguments ?? {};
  const rescale = given[entry?.arguments.guidance_rescale ?? 'guidance_rescale'];
  return {
    model: recipe.model,
    base_model: recipe.checkpoint.repository,
    revision: recipe.checkpoint.revision,
    loras: recipe.loras.map(({ path, sha256, scale, component }) => ({
      path,
      sha256,
      network_multiplier: scale,
      transformer: expertOf(entry, component),
    })),
    prompt: recipe.prompt,
    neg: recipe.negative_prompt,
    width: recipe.width,
    height: recipe.height,
    sample_steps: recipe.steps,
    guidance_scale: recipe.guidance_scale,
    guidance_rescale: typeof rescale === 'number' ? rescale : null,
    seed: writtenNumber(recipe.seed),
    sampler: samplerOf(entry, recipe),
    num_frames: recipe.num_frames ?? null,
    fps: recipe.fps ?? null,
    resolution: given.resolution === 'High' ? 'High' : null,
    options: { ...optionsOf(entry, given), ...(recipe.tiled_decoding ? { tiled_decoding: true } : {}) },
    ...picturesOf(entry, recipe),
    versions: recipe.versions,
    cut: recipe.cut ?? false,
  };
}

/** What it was made of, and the control pictures: all others. */
function picturesOf(
  entry: ModelEntry | undefined,
  { pipeline, images = {}, arguments: given = {} }: Provenance,
): Pick<RecipeResponse, 'image' | 'mask_image' | 'strength' | 'control_images'> {
  const { image_to_image: whole, inpainting: part } = entry?.abilities ?? {};
  const mask = part?.class === pipeline ? part?.mask : undefined;
  const ability = mask === undefined ? whole : part;
  if (ability === undefined || ability.class !== pipeline)
    return { image: null, mask_image: null, strength: null, control_images: Object.values(images).flat() };
  const others = Object.entries(images).filter(([name]) => name !== ability.image && name !== mask);
  const strength = given[ability.strength];
  return {
    image: images[ability.image]?.[0] ?? null,
    mask_image: mask === undefined ? null : (images[mask]?.[0] ?? null),
    strength: typeof strength === 'number' ? strength : null,
    control_images: others.flatMap(([, hashes]) => hashes),
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
