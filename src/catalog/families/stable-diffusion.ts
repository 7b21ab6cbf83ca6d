import type { ModelDefinition } from '../define-model.ts';

/**
 * How the trainer samples every Stable Diffusion UNet: DDPM, whose every step draws noise from the same CPU generator.
 * Source: the trainer's scheduler configuration for SD models.
 */
export const trainerDdpm = {
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
} as const satisfies ModelDefinition['pipeline']['scheduler'];
