import type { ModelDefinition } from '../define-model.ts';

/**
 * Krea 2 as the trainer samples it: its own loop (`darkroom_engine/pipelines/krea2.py`), whose guidance counts from 0.
 * Source: the trainer's krea2 model.
 */
export const krea2 = {
  family: 'krea2',
  task: 'text_to_image',
  pipeline: { class: 'Krea2Pipeline', module: 'krea2' },
  size: { divisor: 16 },
  arguments: { negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true, offset: -1 },
  lora: { families: ['krea2'], targets: ['transformer'] },
  output: { kind: 'image' },
  memory_gib: 40,
} as const satisfies Partial<ModelDefinition>;

export const krea2License = 'Krea 2 Community License';
