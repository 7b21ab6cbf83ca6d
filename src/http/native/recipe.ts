/** A recipe in the words of a request, from what is stored and from what a file says of itself. */
import type { Catalog } from '../../catalog/load-catalog.ts';
import type { Provenance } from '../../files/encode/provenance.ts';
import { writtenNumber } from '../../render/exact-json.ts';
import { recallRecipe } from '../../replay/recall-recipe.ts';
import type { RecipeResponse } from './schemas/recipe-schema.ts';

export function recipeResponse(recipe: Provenance, catalog: Catalog): RecipeResponse {
  const recalled = recallRecipe(recipe, catalog.get(recipe.model));
  return {
    model: recipe.model,
    base_model: recipe.checkpoint.repository,
    revision: recipe.checkpoint.revision,
    commits: recipe.commits ?? {},
    loras: recipe.loras.map(({ path, sha256, scale }, index) => ({
      path,
      sha256,
      network_multiplier: scale,
      transformer: recalled.experts[index] ?? null,
    })),
    prompt: recipe.prompt,
    neg: recipe.negative_prompt,
    width: recipe.width,
    height: recipe.height,
    sample_steps: recipe.steps,
    guidance_scale: recipe.guidance_scale,
    guidance_rescale: recalled.guidanceRescale,
    seed: writtenNumber(recipe.seed),
    sampler: recalled.sampler,
    num_frames: recipe.num_frames ?? null,
    fps: recipe.fps ?? null,
    resolution: recalled.resolution,
    options: { ...recalled.options, ...(recipe.tiled_decoding ? { tiled_decoding: true } : {}) },
    control_images: recalled.controlImages,
    image: recalled.image,
    mask_image: recalled.mask,
    strength: recalled.strength,
    output_format: recipe.output?.format ?? null,
    output_quality: recipe.output?.quality ?? null,
    device: recipe.device?.name ?? null,
    dtype: recipe.dtype ?? null,
    quantization: recipe.quantization ?? null,
    versions: recipe.versions,
    darkroom: recipe.darkroom ?? null,
    recipe_version: recipe.recipe_version ?? 1,
    cut: recipe.cut ?? false,
  };
}
