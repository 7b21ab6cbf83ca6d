import type { ModelDefinition } from '../define-model.ts';

/**
 * Qwen-Image as the trainer samples it: its own scheduler configuration for every checkpoint, and real guidance under the
 * name `true_cfg_scale`. Source: the trainer's qwen_image model.
 */
export const qwenImage = {
  family: 'qwen_image',
  pipeline: {
    class: 'QwenImagePipeline',
    cast_whole: ['text_encoder'],
    scheduler: {
      class: 'FlowMatchEulerDiscreteScheduler',
      config: {
        base_image_seq_len: 256,
        base_shift: 0.5,
        invert_sigmas: false,
        max_image_seq_len: 8192,
        max_shift: 0.9,
        num_train_timesteps: 1000,
        shift: 1,
        shift_terminal: 0.02,
        stochastic_sampling: false,
        time_shift_type: 'exponential',
        use_beta_sigmas: false,
        use_dynamic_shifting: true,
        use_exponential_sigmas: false,
        use_karras_sigmas: false,
      },
    },
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  minimum_steps: 2,
  size: { divisor: 32 },
  arguments: { negative_prompt: 'negative_prompt', guidance_scale: 'true_cfg_scale' },
  guidance: { kind: 'cfg', negative_prompt: true },
  abilities: {
    image_to_image: { class: 'QwenImageImg2ImgPipeline' },
    inpainting: { class: 'QwenImageInpaintPipeline' },
  },
  tiled_decoding: {},
  lora: { families: ['qwen_image'], targets: ['transformer'] },
  training: {
    builtin: {
      module: 'qwen_image',
      objective: 'flow',
      component: 'transformer',
      bucket_divisor: 32,
      blocks: ['transformer_blocks'],
      spelling: 'peft',
      prefix: 'diffusion_model',
      base_version: 'qwen_image',
    },
    ai_toolkit: { arch: 'qwen_image' },
    defaults: { timesteps: 'weighted' },
  },
  output: { kind: 'image' },
  trainer_interface: { low_vram: true },
  memory_gib: 58,
} as const satisfies Partial<ModelDefinition>;

/**
 * The editing models: the reader sees the control pictures too, at their own aspect. Processors of pictures come from
 * `darkroom_engine/readers`, since transformers has them only beside torchvision.
 */
export function qwenImageEdit<Repository extends string>(repository: Repository) {
  return {
    ...qwenImage,
    task: 'image_editing',
    checkpoint: { repository, licence: 'Apache-2.0' },
    abilities: {},
    tiled_decoding: { covers: 'call' },
    arguments: { ...qwenImage.arguments, control_images: 'image' },
    training: { ai_toolkit: { arch: 'qwen_image_edit' }, defaults: { timesteps: 'weighted' } },
    differs: [
      'The reader sees control pictures at their own aspect, as in the trainer; the reference server swaps width and height.',
    ],
  } as const satisfies Partial<ModelDefinition>;
}

export function pictureProcessor<Repository extends string>(repository: Repository) {
  return {
    processor: { repository, subfolder: 'processor', library: 'darkroom', class: 'QwenPictureProcessor' },
  } as const satisfies ModelDefinition['pipeline']['components'];
}

/** The editing models that take several pictures. */
export function qwenImageEditPlus<Repository extends string>(repository: Repository) {
  const single = qwenImageEdit(repository);
  return {
    ...single,
    pipeline: {
      ...single.pipeline,
      class: 'QwenImageEditPlusPipeline',
      module: 'qwen_image_edit_plus',
      components: pictureProcessor(repository),
    },
    // Scaled to an area, a thinner one would lose its short side.
    control_images: { minimum: 1, maximum: 3, passed_as: 'list', maximum_aspect: 200 },
    training: {
      builtin: { ...qwenImage.training.builtin, module: 'qwen_image_edit_plus' },
      ai_toolkit: { arch: 'qwen_image_edit_plus' },
      defaults: { timesteps: 'weighted' },
    },
    options: { do_cfg_norm: { argument: 'do_cfg_norm', default: false } },
    differs: [
      ...single.differs,
      'Guidance is not renormalized, as in the trainer’s previews; on the reference server it is. `"do_cfg_norm": true` turns it on, as in the trainer’s `sample` block.',
    ],
  } as const satisfies Partial<ModelDefinition>;
}
