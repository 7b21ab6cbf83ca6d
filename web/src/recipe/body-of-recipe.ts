import type { Recipe } from '../api/outputs.ts';
import type { InferenceRequest } from '../api/requests.ts';

/** The request that makes a picture again, but for control pictures, of which a recipe keeps hashes only. */
export function bodyOfRecipe(recipe: Recipe): InferenceRequest {
  const {
    model,
    loras,
    prompt,
    neg,
    width,
    height,
    sample_steps,
    guidance_scale,
    seed,
    sampler,
    num_frames,
    fps,
  } = recipe;
  const given = { neg, sampler, num_frames, fps };
  return {
    model,
    ...(loras.length === 0
      ? { base_only: true }
      : {
          loras: loras.map(({ path, network_multiplier, transformer }) => ({
            path,
            network_multiplier,
            ...(transformer === null ? {} : { transformer }),
          })),
        }),
    width,
    height,
    sample_steps,
    guidance_scale,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== '')),
    ...recipe.options,
    prompts: [{ prompt, seed }],
  };
}
