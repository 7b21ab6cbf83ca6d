import type { ModelEntry } from '../catalog/define-model.ts';
import type { Provenance } from '../files/encode/provenance.ts';
import type { LoraRequest, OutputRequest, PromptRequest, RenderRequest } from '../render/request.ts';
import { toSeed } from '../render/seed.ts';
import { usualFit } from '../render/source-picture.ts';
import { type RecalledRecipe, recallRecipe } from './recall-recipe.ts';

export interface ReplayMeans {
  entry: ModelEntry;
  /** In the order of the recipe. */
  loras: LoraRequest[];
  /** The bytes of each picture of the recipe, plain PNGs, by their SHA-256. */
  pictures: ReadonlyMap<string, Uint8Array>;
  output: OutputRequest;
}

/** The request that renders what the recipe says. */
export function replayRequest(recipe: Provenance, means: ReplayMeans): RenderRequest {
  const { entry, loras, output } = means;
  const recalled = recallRecipe(recipe, entry);
  const { options } = recalled;
  const tiled = entry.tiled_decoding === undefined ? null : recipe.tiled_decoding === true;
  return {
    model: entry.id,
    loras,
    baseOnly: loras.length === 0,
    prompts: [promptOf(recipe, recalled, means)],
    triggerWord: null,
    promptFlags: false,
    seed: null,
    walkSeed: null,
    output,
    priority: 0,
    previewEvery: 0,
    controlOrientation: 'as_stored',
    options: {
      kvCache: options.kv_cache ?? null,
      matchTargetRes: options.match_target_res ?? null,
      cfgNorm: options.do_cfg_norm ?? null,
      tiledDecoding: tiled,
    },
  };
}

function promptOf(
  recipe: Provenance,
  recalled: RecalledRecipe,
  { entry, pictures }: ReplayMeans,
): PromptRequest {
  // What the model was asked for before it floored it, where control pictures tell.
  const { width, height } = recalled.controlSize ?? recipe;
  const { output, guidance } = entry;
  return {
    prompt: recipe.prompt,
    triggerWord: null,
    negativePrompt: guidance.negative_prompt ? recipe.negative_prompt : null,
    width,
    height,
    steps: recipe.steps,
    guidanceScale: recipe.guidance_scale,
    guidanceRescale: recalled.guidanceRescale === 0 ? null : recalled.guidanceRescale,
    cfgNorm: null,
    secondNegativePrompt: recalled.secondNegativePrompt,
    scales: null,
    seed: toSeed(recipe.seed),
    sampler: recalled.sampler,
    numFrames: output.kind === 'video' ? (recipe.num_frames ?? 1) : null,
    fps: output.fixed_fps ? null : (recipe.fps ?? null),
    resolution: recalled.resolution,
    controlImages: recalled.controlImages.flatMap((sha256) => dataUrl(pictures.get(sha256)) ?? []),
    controlIndex: recalled.controlIndex,
    source: sourceOf(recalled, pictures),
  };
}

/** It is sized as the recipe says, and was laid over white, where it was, before it was kept. */
function sourceOf(
  { image, mask, strength, imageSize }: RecalledRecipe,
  pictures: ReadonlyMap<string, Uint8Array>,
): PromptRequest['source'] {
  const found = image === null ? null : dataUrl(pictures.get(image));
  if (found === null) return null;
  const filter = imageSize?.filter === 'bicubic' ? 'bicubic' : usualFit.filter;
  return {
    image: found,
    mask: mask === null ? null : dataUrl(pictures.get(mask)),
    strength,
    fit: { ...usualFit, filter, transparency: 'dropped' },
  };
}

const dataUrl = (bytes: Uint8Array | undefined): string | null =>
  bytes === undefined ? null : `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
