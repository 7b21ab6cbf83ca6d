import type { ModelDefinition } from '../define-model.ts';
import { flux } from '../families/flux.ts';

export const model = {
  ...flux,
  id: 'flux',
  label: 'FLUX.1-dev',
  task: 'text_to_image',
  description: 'Black Forest Labs’ 12 B text-to-image model; the one most ai-toolkit LoRAs are made for.',
  checkpoint: {
    repository: 'black-forest-labs/FLUX.1-dev',
    gated: true,
    licence: 'FLUX.1-dev Non-Commercial License',
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  distilled: 'flux_schnell',
  memory_gib: 34,
} as const satisfies ModelDefinition;
