import type { ModelDefinition } from '../define-model.ts';

/**
 * FLUX.2 as the trainer samples it: BFL's own schedule in the place of the one that diffusers computes (at 1024×1024 and 25
 * steps diffusers shifts by e^2.2, the trainer by e^1.15), and up to three pictures as they are: the pipeline shrinks them
 * to a megapixel and crops them to multiples of 16. Source: the trainer's flux2 model, src/sampling.py.
 */
export const flux2 = {
  family: 'flux2',
  task: 'text_to_image',
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  // What diffusers checks (pipelines/flux2/image_processor.py).
  control_images: { maximum: 3, passed_as: 'list', minimum_side: 64, maximum_aspect: 8 },
  lora: { families: ['flux2'], targets: ['transformer'] },
  output: { kind: 'image' },
  trainer_interface: { low_vram: true },
} as const satisfies Partial<ModelDefinition>;

/** Layers by BFL's names, in whose order of rows diffusers has them too. `id`: what the trainer calls the model. */
export function flux2Training<Id extends string>(id: Id) {
  return {
    builtin: {
      module: 'flux2',
      objective: 'flow',
      component: 'transformer',
      guidance: 1,
      bucket_divisor: 16,
      blocks: ['double_blocks', 'single_blocks'],
      spelling: 'peft',
      names: 'flux2',
      prefix: 'diffusion_model',
      base_version: id,
    },
    ai_toolkit: { arch: id },
    defaults: { timesteps: 'weighted' },
  } as const satisfies ModelDefinition['training'];
}

export const flux2Schedule = {
  scheduler: {
    class: 'LatentPrecisionEulerScheduler',
    config: { num_train_timesteps: 1000, shift: 1, use_dynamic_shifting: false },
  },
  sigmas: 'shifted_by_area',
} as const satisfies Partial<ModelDefinition['pipeline']>;

/** What klein alone has a pipeline for. Control pictures are seen beside the one that it begins with. */
export const kleinAbilities = {
  inpainting: {
    class: 'Flux2KleinInpaintPipeline',
    module: 'flux2',
    arguments: { control_images: 'image_reference' },
    maximum_area: 1024 * 1024,
  },
} as const satisfies ModelDefinition['abilities'];

/** klein, undistilled: real guidance, and a reader whose repository is the trainer's. */
export function kleinPipeline<Reader extends string>(reader: Reader) {
  return {
    class: 'Flux2KleinPipeline',
    module: 'flux2',
    cast_whole: ['text_encoder'],
    ...flux2Schedule,
    components: {
      text_encoder: { repository: reader, library: 'transformers', class: 'Qwen3ForCausalLM' },
      tokenizer: { repository: reader, library: 'transformers', class: 'Qwen2Tokenizer' },
    },
  } as const satisfies ModelDefinition['pipeline'];
}
