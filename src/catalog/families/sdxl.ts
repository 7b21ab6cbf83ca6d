import type { ModelDefinition } from '../define-model.ts';
import { trainerDdpm, trainerSamplers } from './stable-diffusion.ts';

/** Stable Diffusion XL as the trainer samples it. */
export const sdxl = {
  family: 'sdxl',
  pipeline: {
    class: 'StableDiffusionXLPipeline',
    cast_whole: ['text_encoder', 'text_encoder_2'],
    scheduler: trainerDdpm,
    samplers: trainerSamplers(0),
  },
  arguments: {
    negative_prompt: 'negative_prompt',
    second_negative_prompt: 'negative_prompt_2',
    guidance_rescale: 'guidance_rescale',
  },
  guidance: { kind: 'cfg', negative_prompt: true },
  lora: { families: ['sdxl'], targets: ['unet', 'text_encoder', 'text_encoder_2'] },
  output: { kind: 'image' },
} as const satisfies Partial<ModelDefinition>;
