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
  abilities: {
    // Its picture says how large the output is.
    image_to_image: { class: 'StableDiffusionXLImg2ImgPipeline', arguments: { width: null, height: null } },
    inpainting: { class: 'StableDiffusionXLInpaintPipeline' },
  },
  lora: { families: ['sdxl'], targets: ['unet', 'text_encoder', 'text_encoder_2'] },
  training: {
    builtin: {
      module: 'sdxl',
      objective: 'epsilon',
      component: 'unet',
      bucket_divisor: 16,
      spelling: 'kohya',
      prefix: 'lora_unet',
      base_version: 'sdxl_1.0',
    },
    ai_toolkit: { arch: 'sdxl' },
    defaults: { timesteps: 'uniform', resolutions: [1024] },
  },
  output: { kind: 'image' },
} as const satisfies Partial<ModelDefinition>;
