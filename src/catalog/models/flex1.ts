import type { ModelDefinition } from '../define-model.ts';
import { flux } from '../families/flux.ts';

export const model = {
  ...flux,
  id: 'flex1',
  label: 'Flex.1-alpha',
  task: 'text_to_image',
  description: 'Ostris’ 8 B FLUX-shaped model under a free licence; FLUX.1 LoRAs for its blocks fit it.',
  checkpoint: { repository: 'ostris/Flex.1-alpha', licence: 'Apache-2.0' },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  training: {
    builtin: { ...flux.training.builtin, guidance: null },
    ai_toolkit: { arch: 'flex1', train: { bypass_guidance_embedding: true } },
    defaults: { timesteps: 'sigmoid' },
    likeness: flux.training.likeness,
  },
  memory_gib: 27,
} as const satisfies ModelDefinition;
