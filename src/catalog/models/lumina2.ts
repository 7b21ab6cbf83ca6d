import type { ModelDefinition } from '../define-model.ts';

/**
 * The trainer's scheduler asks for a shift of 6 (toolkit/sampler.py), and its class never gives it to the constructor: what
 * it samples with is 1. Sources: that file, toolkit/samplers/custom_flowmatch_sampler.py, and its encode_prompt.
 */
export const model = {
  family: 'lumina2',
  id: 'lumina2',
  label: 'Lumina-Image-2.0',
  task: 'text_to_image',
  description: 'Alpha-VLLM’s 2.6 B text-to-image model with Gemma 2 as its reader.',
  checkpoint: { repository: 'Alpha-VLLM/Lumina-Image-2.0', licence: 'Apache-2.0' },
  pipeline: {
    class: 'Lumina2Pipeline',
    module: 'lumina2',
    cast_whole: ['text_encoder'],
    scheduler: {
      class: 'FlowMatchEulerDiscreteScheduler',
      config: { num_train_timesteps: 1000, shift: 1, use_dynamic_shifting: false },
    },
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  arguments: { negative_prompt: 'negative_prompt' },
  constants: { max_sequence_length: 256 },
  guidance: { kind: 'cfg', negative_prompt: true },
  lora: { families: ['lumina2'], targets: ['transformer'] },
  output: { kind: 'image' },
  trainer_interface: { quantize: false },
  training: {
    builtin: {
      module: 'lumina2',
      objective: 'flow',
      component: 'transformer',
      bucket_divisor: 16,
      blocks: ['layers.', 'noise_refiner.', 'context_refiner.'],
      spelling: 'peft',
      prefix: 'transformer',
      base_version: 'lumina2',
      text: { max_sequence_length: 256 },
    },
    ai_toolkit: { arch: 'lumina2' },
    defaults: { timesteps: 'sigmoid' },
  },
  memory_gib: 14,
  differs: [
    'The negative prompt, empty or not, stands behind the system prompt as in the trainer; on the reference server it does not.',
  ],
} as const satisfies ModelDefinition;
