import type { ModelDefinition } from '../define-model.ts';

type Pipeline = ModelDefinition['pipeline'];

/**
 * Wan as the trainer samples it: Euler steps with a static shift, whatever solver the checkpoint names.
 * Source: the trainer's wan21 and wan22 models.
 */
export const wan = {
  family: 'wan',
  task: 'text_to_video',
  defaults: { sample_steps: 25, guidance_scale: 4, num_frames: 41, fps: 16 },
  size: { divisor: 16, frames: { step: 4, offset: 1, floored: 'count' } },
  arguments: { negative_prompt: 'negative_prompt', num_frames: 'num_frames' },
  guidance: { kind: 'cfg', negative_prompt: true },
  lora: { families: ['wan'], targets: ['transformer'] },
  output: { kind: 'video' },
  trainer_interface: { num_frames: 41, fps: 16 },
} as const satisfies Partial<ModelDefinition>;

/** Trained on pictures, by the names of the original release. `version`: what the trainer's files say of their base. */
export function wanTraining<Arch extends string, Version extends string>(
  arch: Arch,
  version: Version,
  divisor: 16 | 32,
) {
  return {
    builtin: {
      module: 'wan',
      objective: 'flow',
      component: 'transformer',
      bucket_divisor: divisor,
      blocks: ['blocks'],
      spelling: 'peft',
      names: 'wan',
      prefix: 'diffusion_model',
      base_version: version,
      text: { max_sequence_length: 512 },
    },
    ai_toolkit: { arch },
  } as const satisfies Partial<ModelDefinition['training']>;
}

/** What the trainer casts whole: diffusers keeps norms and the time embedding of the transformers in float32. */
export const wanCast = ['text_encoder', 'transformer', 'transformer_2'];

/** Lines for `differs` that hold for every Wan. */
export const wanDiffers = [
  'Steps are Euler’s, as in the trainer’s previews; the reference server uses UniPC.',
  'The whole transformer is in one precision, as in the trainer; the reference server keeps norms and time embedding in float32.',
  'The reference server writes an animated WEBP; Darkroom writes an MP4.',
] as const;

/** What the first frame takes: one picture, stretched to the output. */
export const firstFrame = {
  arguments: { ...wan.arguments, control_images: 'image' },
  control_images: { minimum: 1, maximum: 1, resize: { mode: 'stretch', filter: 'lanczos' } },
} as const satisfies Partial<ModelDefinition>;

export const firstFrameNotes = [
  'The control image becomes the first frame, stretched to the output size: send width and height in its own aspect.',
] as const;

/** Euler with the trainer's shift: 3 for Wan 2.1, 5 for Wan 2.2. */
export function euler(shift: number): NonNullable<Pipeline['scheduler']> {
  return {
    class: 'FlowMatchEulerDiscreteScheduler',
    config: { num_train_timesteps: 1000, shift, use_dynamic_shifting: false },
  };
}

/** The settings of CLIP's pictures, whose processor transformers only gives out beside torchvision. */
export function clipProcessor(repository: string): NonNullable<Pipeline['components']> {
  return {
    image_processor: {
      repository,
      subfolder: 'image_processor',
      library: 'darkroom',
      class: 'ClipPictureProcessor',
    },
  };
}

/** The trainer's tokenizer, which reads characters as they are written. */
export function wanTokenizer<Repository extends string>(repository: Repository) {
  return {
    tokenizer: { repository, subfolder: 'tokenizer', library: 'darkroom', class: 'PlainT5Tokenizer' },
  } as const satisfies Pipeline['components'];
}

/** LoRAs of a mixture of experts: each file is for one side. */
export const wanExperts = {
  lora: {
    families: ['wan'],
    targets: ['transformer', 'transformer_2'],
    experts: { high: 'transformer', low: 'transformer_2' },
  },
} as const satisfies Partial<ModelDefinition>;

/** One transformer of a mixture of experts. */
export function wanTransformer(repository: string, subfolder: 'transformer' | 'transformer_2') {
  return { repository, subfolder, library: 'diffusers', class: 'WanTransformer3DModel' } as const;
}
