import type { ModelDefinition } from '../define-model.ts';

type Pipeline = ModelDefinition['pipeline'];

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
} as const satisfies Pipeline['scheduler'];

/**
 * The trainer's samplers for UNets by its names, over its one configuration (toolkit/sampler.py). It has four names more:
 * `dpmsolver` and `k_dpmsolver`, which the release of diffusers that it pins refuses, and `custom_lcm` and `mean_flow`, which
 * are classes of its own for models that it trains for them.
 */
export function trainerSamplers(stepsOffset: 0 | 1): NonNullable<Pipeline['samplers']> {
  const shared = {
    ...trainerDdpm.config,
    interpolation_type: 'linear',
    sample_max_value: 1,
    skip_prk_steps: true,
    steps_offset: stepsOffset,
  };
  const sampler = (name: string, more: NonNullable<Pipeline['scheduler']>['config'] = {}) => ({
    class: name,
    config: { ...shared, ...more },
  });
  const karras = { use_karras_sigmas: true };
  return {
    ddpm: sampler('DDPMScheduler'),
    ddim: sampler('DDIMScheduler'),
    pndm: sampler('PNDMScheduler'),
    lms: sampler('LMSDiscreteScheduler'),
    k_lms: sampler('LMSDiscreteScheduler', karras),
    euler: sampler('EulerDiscreteScheduler'),
    k_euler: sampler('EulerDiscreteScheduler', karras),
    euler_a: sampler('EulerAncestralDiscreteScheduler'),
    'dpmsolver++': sampler('DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver++' }),
    'k_dpmsolver++': sampler('DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver++', ...karras }),
    dpmsingle: sampler('DPMSolverSinglestepScheduler'),
    heun: sampler('HeunDiscreteScheduler'),
    dpm_2: sampler('KDPM2DiscreteScheduler'),
    dpm_2_a: sampler('KDPM2AncestralDiscreteScheduler'),
    lcm: sampler('LCMScheduler'),
    // The configuration asks for a shift of 3, and the trainer's class never gives it to the constructor.
    flowmatch: {
      class: 'UnetFlowMatchScheduler',
      config: { num_train_timesteps: 1000, shift: 1, use_dynamic_shifting: false },
    },
  };
}
