import type { ModelDefinition } from '../define-model.ts';
import { flux2, flux2Training, kleinAbilities, kleinPipeline } from '../families/flux2.ts';

export const model = {
  ...flux2,
  id: 'flux2_klein_9b',
  label: 'FLUX.2-klein-base-9B',
  description:
    'The 9 B FLUX.2, undistilled: real guidance, a negative prompt, and up to three pictures to work from.',
  checkpoint: {
    repository: 'black-forest-labs/FLUX.2-klein-base-9B',
    gated: true,
    licence: 'FLUX Non-Commercial License',
  },
  pipeline: kleinPipeline('Qwen/Qwen3-8B'),
  arguments: { control_images: 'image', negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true },
  abilities: kleinAbilities,
  training: flux2Training('flux2_klein_9b'),
  memory_gib: 38,
  notes: ['Each control image needs sides of at least 64 pixels, the longer at most 8 times the shorter.'],
} as const satisfies ModelDefinition;
