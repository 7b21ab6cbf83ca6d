/**
 * The inputs of a prediction, as Replicate publishes them for `ostris/flux-dev-lora-trainer`. A model has them with its own default
 * steps, guidance and size. Source of ranges and defaults: the published schema of that model.
 */
import { z } from 'zod';
import type { ModelEntry } from '../../catalog/define-model.ts';
import { longestPrompt } from '../../render/prompts/prompt.ts';
import { largestSeed } from '../../render/seed.ts';
import { storableText } from '../kit/storable-text.ts';
import { isTrainer, type ServedModel } from './served-model.ts';

/** Sides of each ratio at one megapixel, multiples of 16. */
export const ratioSizes = {
  '1:1': [1024, 1024],
  '16:9': [1344, 768],
  '21:9': [1536, 640],
  '3:2': [1216, 832],
  '2:3': [832, 1216],
  '4:5': [896, 1088],
  '5:4': [1088, 896],
  '3:4': [896, 1152],
  '4:3': [1152, 896],
  '9:16': [768, 1344],
  '9:21': [640, 1536],
} as const satisfies Record<string, readonly [width: number, height: number]>;

const ratios = [
  '1:1',
  '16:9',
  '21:9',
  '3:2',
  '2:3',
  '4:5',
  '5:4',
  '3:4',
  '4:3',
  '9:16',
  '9:21',
  'custom',
] as const;

const picture = z.string().min(1).meta({ format: 'uri' });

/** A data URL of a LoRA may be as long as a body. */
const longestReference = 64 * 2 ** 20;

const seed = z
  .custom<number | bigint>(
    (value) =>
      (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) &&
      value >= -largestSeed &&
      value <= largestSeed,
    { error: `Must be an integer up to ${largestSeed}` },
  )
  .meta({ type: 'integer' });

/** Inputs that the model of a prediction has. Others are not looked at. */
export function predictionInput(model: ServedModel) {
  const { defaults } = model.entry;
  const usual = usualOf(model);
  const least = Math.min(256, defaults.width, defaults.height);
  const side = z.int().min(least).max(1440).optional();
  const scale = z.number().min(-1).max(2).default(1);
  return z.object({
    prompt: storableText(longestPrompt).meta({ description: 'What to draw, with the trigger word.' }),
    image: picture.optional().meta({
      description:
        'Picture to begin with (image to image). It says the size: aspect_ratio, width and height are not used.',
    }),
    mask: picture.optional().meta({
      description: 'With image (inpainting): what is white in it is painted anew, what is black is kept.',
    }),
    aspect_ratio: z.enum(ratios).default('1:1').meta({
      description:
        'Shape of the picture, with the pixels that the model usually makes; `custom` takes width and height.',
    }),
    width: side.meta({ description: 'With `custom`; to the nearest multiple of 16.' }),
    height: side.meta({ description: 'With `custom`; to the nearest multiple of 16.' }),
    num_outputs: z.int().min(1).max(4).default(1).meta({
      description: 'Pictures. Each has a seed of its own, one more than that of the one before.',
    }),
    lora_scale: scale.meta({ description: 'Strength of the LoRA of the model.' }),
    num_inference_steps: z
      .int()
      .min(1)
      .max(Math.max(50, usual.steps))
      .default(usual.steps)
      .meta({ description: 'Denoising steps.' }),
    model: z.enum(['dev', 'schnell']).default('dev').meta({
      description:
        'schnell: FLUX.1-schnell with the same LoRAs, without guidance; about 4 steps are enough. Models that are not made of FLUX.1-dev have dev alone.',
    }),
    guidance_scale: z
      .number()
      .min(0)
      .max(10)
      .default(usual.guidance)
      .meta({ description: 'How closely the prompt is followed.' }),
    prompt_strength: z.number().min(0).max(1).default(0.8).meta({
      description: 'With image: how little is left of it. 1 leaves nothing.',
    }),
    seed: seed.optional().meta({ description: 'Without it, or below 0, one is drawn.' }),
    extra_lora: z.string().min(1).max(longestReference).optional().meta({
      description: 'owner/name of this server, huggingface.co/owner/repo, CivitAI, or a .safetensors URL.',
    }),
    extra_lora_scale: scale.meta({ description: 'Strength of extra_lora.' }),
    output_format: z.enum(['webp', 'jpg', 'png']).default('webp').meta({ description: 'Of the files.' }),
    output_quality: z.int().min(0).max(100).default(90).meta({ description: 'PNG has none.' }),
    disable_safety_checker: z.boolean().default(false).meta({
      description:
        'Otherwise pictures are looked at by the safety checker, where one is installed; the logs say what it found.',
    }),
  });
}

export type PredictionInput = z.output<ReturnType<typeof predictionInput>>;

/** An input that is not published: the LoRA to use in place of the model's own. */
export const hiddenInput = z.object({
  replicate_weights: z.string().min(1).max(longestReference).optional(),
});

/** What a prediction is made with when it does not say. The trainer's own numbers are published; others have those of the catalog. */
function usualOf(model: ServedModel): { steps: number; guidance: number } {
  const { sample_steps, guidance_scale } = model.entry.defaults satisfies ModelEntry['defaults'];
  return isTrainer(model) ? { steps: 28, guidance: 3.5 } : { steps: sample_steps, guidance: guidance_scale };
}
