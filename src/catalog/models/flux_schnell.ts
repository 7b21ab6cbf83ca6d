import type { ModelDefinition } from '../define-model.ts';
import { flux } from '../families/flux.ts';

const { training: _training, ...family } = flux;

/** Sources: the model's page, diffusers' guide to it (256 tokens, no guidance), and Replicate's flux-fine-tuner for LoRAs of FLUX.1-dev. */
export const model = {
  ...family,
  id: 'flux_schnell',
  label: 'FLUX.1-schnell',
  task: 'text_to_image',
  description:
    'FLUX.1 distilled to four steps, without guidance, under a free licence; LoRAs of FLUX.1-dev fit it.',
  checkpoint: { repository: 'black-forest-labs/FLUX.1-schnell', gated: true, licence: 'Apache-2.0' },
  defaults: { sample_steps: 4, guidance_scale: 0 },
  size: { divisor: 16 },
  constants: { max_sequence_length: 256 },
  guidance: { kind: 'none', negative_prompt: false },
  trainer_interface: null,
  memory_gib: 34,
  notes: [
    'T5 reads 256 tokens of a prompt, as the model was made for; FLUX.1-dev reads 512.',
    'It is there to render LoRAs of FLUX.1-dev in few steps, as `model: schnell` of Replicate’s API does. It is not trained here.',
  ],
} as const satisfies ModelDefinition;
