import type { ModelDefinition } from '../define-model.ts';

/** What every FLUX.1-shaped model shares: guidance distilled into the transformer, so a negative prompt does nothing. */
export const flux = {
  family: 'flux',
  pipeline: { class: 'FluxPipeline', cast_whole: ['text_encoder', 'text_encoder_2'] },
  guidance: { kind: 'embedded', negative_prompt: false },
  abilities: {
    image_to_image: { class: 'FluxImg2ImgPipeline' },
    inpainting: { class: 'FluxInpaintPipeline' },
  },
  lora: { families: ['flux'], targets: ['transformer', 'text_encoder', 'text_encoder_2'] },
  training: {
    builtin: {
      module: 'flux',
      objective: 'flow',
      component: 'transformer',
      guidance: 1,
      bucket_divisor: 32,
      blocks: ['transformer_blocks'],
      spelling: 'peft',
      prefix: 'transformer',
      base_version: 'flux.1',
      text: { max_sequence_length: 512 },
    },
    ai_toolkit: { arch: 'flux' },
    defaults: { timesteps: 'sigmoid' },
    // The published API does not say which blocks it trains for a face: this is our choice.
    likeness: [7, 12, 16, 20].map((block) => `single_transformer_blocks.${block}.proj_out`),
  },
  output: { kind: 'image' },
} as const satisfies Partial<ModelDefinition>;

/** The trainer's scheduler for checkpoints of FLUX.1's shape that it does not read one from (its custom_flowmatch_sampler.py). */
export const trainerScheduler = {
  class: 'FlowMatchEulerDiscreteScheduler',
  config: {
    base_image_seq_len: 256,
    base_shift: 0.5,
    max_image_seq_len: 4096,
    max_shift: 1.15,
    num_train_timesteps: 1000,
    shift: 3,
    use_dynamic_shifting: true,
  },
} as const satisfies ModelDefinition['pipeline']['scheduler'];
