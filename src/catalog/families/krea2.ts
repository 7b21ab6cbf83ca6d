import type { ModelDefinition } from '../define-model.ts';

/**
 * Krea 2 as the trainer samples it: its own loop (`darkroom_engine/pipelines/krea2.py`), whose guidance counts from 0.
 * Source: the trainer's krea2 model.
 */
export const krea2 = {
  family: 'krea2',
  task: 'text_to_image',
  pipeline: { class: 'Krea2Pipeline', module: 'krea2', cast_whole: ['transformer'] },
  size: { divisor: 16 },
  arguments: { negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true, offset: -1 },
  lora: { families: ['krea2'], targets: ['transformer'] },
  output: { kind: 'image' },
  trainer_interface: { low_vram: true },
  tiled_decoding: {},
  memory_gib: 40,
} as const satisfies Partial<ModelDefinition>;

export const krea2License = 'Krea 2 Community License';

const reader = 'Qwen/Qwen3-VL-4B-Instruct';

/**
 * The editing models (`darkroom_engine/pipelines/krea2_edit.py`): the weights of the plain ones, with control images read
 * along with the prompt and shown to the transformer. The reader is the one of the trainer, which is sure to have its eyes.
 */
export const krea2Edit = {
  ...krea2,
  task: 'image_editing',
  pipeline: {
    ...krea2.pipeline,
    class: 'Krea2EditPipeline',
    module: 'krea2_edit',
    components: {
      text_encoder: { repository: reader, library: 'transformers', class: 'Qwen3VLModel' },
      processor: { repository: reader, library: 'darkroom', class: 'QwenPictureProcessor' },
    },
  },
  arguments: { ...krea2.arguments, control_images: 'image' },
  control_images: { minimum: 1, maximum: 3, passed_as: 'list' },
  options: {
    kv_cache: { argument: 'kv_cache', default: true },
    match_target_res: { argument: 'match_target_res', default: true },
  },
  memory_gib: 44,
  differs: [
    'On a GPU the latents of the control images are drawn from the GPU’s generator, as in the trainer; the reference server draws them from that of the noise. On a CPU both do the same.',
    'The reader sees control images in the precision of the model, as in the trainer’s previews; on the reference server in float32.',
  ],
  notes: [
    'A LoRA works only with the switches that it was trained with, and its file does not say which: `kv_cache` has control images see only each other, and `match_target_res` scales them to the area of the output instead of at most a megapixel. Both are true in the trainer’s preset since 2026-07-16; send `"kv_cache": false, "match_target_res": false` for a LoRA from before.',
    'The negative prompt is read with the same control images as the prompt.',
    'A training job that was written by hand with `ctrl_img` instead of `ctrl_img_1` shows the reader that picture twice in its previews; Darkroom shows it once, as in training.',
  ],
} as const satisfies Partial<ModelDefinition>;
