import type { ModelDefinition } from '../define-model.ts';

/**
 * Stable Diffusion XL as the trainer samples it: DDPM, whose every step draws noise from the same CPU generator.
 * Source: the trainer's scheduler configuration for SD models.
 */
export const sdxl = {
  family: 'sdxl',
  pipeline: {
    class: 'StableDiffusionXLPipeline',
    scheduler: {
      class: 'DDPMScheduler',
      config: {
        beta_start: 0.00085,
        beta_end: 0.012,
        beta_schedule: 'scaled_linear',
        clip_sample: false,
        num_train_timesteps: 1000,
        prediction_type: 'epsilon',
        set_alpha_to_one: false,
        steps_offset: 0,
        timestep_spacing: 'leading',
        trained_betas: null,
      },
    },
  },
  arguments: { negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true },
  lora: { families: ['sdxl'], targets: ['unet', 'text_encoder', 'text_encoder_2'] },
  output: { kind: 'image' },
} as const satisfies Partial<ModelDefinition>;
