import type { ModelDefinition } from '../define-model.ts';

/**
 * Z-Image as the trainer samples it: a static shift of 3, and guidance counted from 1 while the pipeline counts from 0
 * (it computes pos + g * (pos - neg)), so that 1 turns guidance off. Source: the trainer's z_image model.
 */
export const zimage = {
  family: 'zimage',
  pipeline: {
    class: 'ZImagePipeline',
    cast_whole: ['text_encoder'],
    scheduler: {
      class: 'FlowMatchEulerDiscreteScheduler',
      config: { num_train_timesteps: 1000, use_dynamic_shifting: false, shift: 3 },
    },
  },
  size: { divisor: 16 },
  arguments: { negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true, offset: -1, minimum: 0 },
  abilities: {
    image_to_image: { class: 'ZImageImg2ImgPipeline' },
    inpainting: { class: 'ZImageInpaintPipeline' },
  },
  lora: { families: ['zimage'], targets: ['transformer'] },
  training: {
    builtin: {
      module: 'zimage',
      objective: 'flow',
      component: 'transformer',
      bucket_divisor: 16,
      blocks: ['layers'],
      spelling: 'peft',
      prefix: 'diffusion_model',
      base_version: 'zimage',
    },
    ai_toolkit: { arch: 'zimage' },
    defaults: { timesteps: 'weighted' },
  },
  output: { kind: 'image' },
  trainer_interface: { low_vram: true },
  differs: ['Guidance is the trainer’s: g, with 1 for none. The reference server renders at g + 1.'],
} as const satisfies Partial<ModelDefinition>;
