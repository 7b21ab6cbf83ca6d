import type { ModelDefinition } from '../define-model.ts';
import { trainerDdpm, trainerSamplers } from './stable-diffusion.ts';

/** Stable Diffusion 1.5 as the trainer samples it: no safety checker, so no picture comes out black. */
export const sd15 = {
  family: 'sd15',
  pipeline: {
    class: 'StableDiffusionPipeline',
    cast_whole: ['text_encoder'],
    // The trainer asks for an offset of 0, and the pipeline's constructor turns it into 1 there too.
    scheduler: { class: trainerDdpm.class, config: { ...trainerDdpm.config, steps_offset: 1 } },
    samplers: trainerSamplers(1),
    components: { safety_checker: null, feature_extractor: null },
  },
  arguments: { negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true },
  abilities: {
    // Its picture says how large the output is.
    image_to_image: { class: 'StableDiffusionImg2ImgPipeline', arguments: { width: null, height: null } },
    inpainting: { class: 'StableDiffusionInpaintPipeline' },
  },
  lora: { families: ['sd15'], targets: ['unet', 'text_encoder'] },
  training: {
    builtin: {
      module: 'sd15',
      objective: 'epsilon',
      component: 'unet',
      bucket_divisor: 16,
      spelling: 'kohya',
      prefix: 'lora_unet',
      base_version: 'sd_1.5',
    },
    ai_toolkit: { arch: 'sd15' },
    defaults: { timesteps: 'uniform', resolutions: [512] },
  },
  output: { kind: 'image' },
} as const satisfies Partial<ModelDefinition>;
