import type { ModelDefinition } from '../define-model.ts';
import { flux2, flux2Training, kleinAbilities, kleinPipeline } from '../families/flux2.ts';

export const model = {
  ...flux2,
  id: 'flux2_klein_4b',
  label: 'FLUX.2-klein-base-4B',
  description:
    'The 4 B FLUX.2, undistilled: real guidance, a negative prompt, and up to three pictures to work from.',
  checkpoint: { repository: 'black-forest-labs/FLUX.2-klein-base-4B', licence: 'Apache-2.0' },
  pipeline: kleinPipeline('Qwen/Qwen3-4B'),
  arguments: { control_images: 'image', negative_prompt: 'negative_prompt' },
  guidance: { kind: 'cfg', negative_prompt: true },
  abilities: kleinAbilities,
  training: flux2Training('flux2_klein_4b'),
  memory_gib: 18,
  notes: ['Each control image needs sides of at least 64 pixels, the longer at most 8 times the shorter.'],
} as const satisfies ModelDefinition;
