import type { ModelDefinition } from '../define-model.ts';

/**
 * LTX-2 as the trainer samples it. Its release of diffusers shifts time alike for every size, which equal shifts at both ends
 * give on newer ones; it reads prompts at their natural length, and its connectors turn the prompt round
 * (`darkroom_engine/pipelines/ltx2.py`).
 * Source: the trainer's ltx2 model.
 */
export const ltx2 = {
  family: 'ltx2',
  task: 'text_to_video',
  pipeline: {
    class: 'LTX2Pipeline',
    module: 'ltx2',
    cast_whole: ['text_encoder'],
    scheduler: {
      class: 'FlowMatchEulerDiscreteScheduler',
      config: {
        base_image_seq_len: 1024,
        base_shift: 2.05,
        invert_sigmas: false,
        max_image_seq_len: 4096,
        max_shift: 2.05,
        num_train_timesteps: 1000,
        shift: 1,
        shift_terminal: 0.1,
        stochastic_sampling: false,
        time_shift_type: 'exponential',
        use_beta_sigmas: false,
        use_dynamic_shifting: true,
        use_exponential_sigmas: false,
        use_karras_sigmas: false,
      },
    },
  },
  defaults: { sample_steps: 25, guidance_scale: 4, num_frames: 41, fps: 24 },
  minimum_steps: 2,
  size: { divisor: 32, frames: { step: 8, offset: 1 } },
  arguments: {
    negative_prompt: 'negative_prompt',
    num_frames: 'num_frames',
    fps: 'frame_rate',
    control_images: 'image',
  },
  guidance: { kind: 'cfg', negative_prompt: true },
  tiled_decoding: { frames: { size: 16, stride: 8 } },
  control_images: { minimum: 0, maximum: 1, resize: { mode: 'stretch', filter: 'lanczos' } },
  lora: { families: ['ltx2'], targets: ['transformer', 'connectors'] },
  output: { kind: 'video', audio: true },
  trainer_interface: { num_frames: 121, fps: 24, width: 768, height: 768, low_vram: true },
  memory_gib: 70,
  notes: [
    'A control image becomes the first frame, stretched to the output size: send width and height in its own aspect.',
    'The sound lasts as long as the frames at the rate of the request. The trainer always renders its previews for 24 frames a second.',
  ],
} as const satisfies Partial<ModelDefinition>;

export const ltx2Differs = [
  'A LoRA is applied at the requested scale; the reference server leaves the first one that it loads at 1.',
  'The frame count becomes 8n + 1 before the length of the sound is taken from it, as in the trainer; the reference server takes it from the count of the request.',
] as const;
