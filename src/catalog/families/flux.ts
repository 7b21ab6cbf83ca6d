import type { ModelDefinition } from '../define-model.ts';

/** What every FLUX.1-shaped model shares: guidance distilled into the transformer, so a negative prompt does nothing. */
export const flux = {
  family: 'flux',
  pipeline: { class: 'FluxPipeline' },
  guidance: { kind: 'embedded', negative_prompt: false },
  lora: { families: ['flux'], targets: ['transformer', 'text_encoder', 'text_encoder_2'] },
  output: { kind: 'image' },
} as const satisfies Partial<ModelDefinition>;
