import type { ModelDefinition } from '../define-model.ts';
import { zimage } from '../families/zimage.ts';

export const model = {
  ...zimage,
  id: 'zimage',
  label: 'Z-Image',
  task: 'text_to_image',
  description: 'Tongyi’s 6 B text-to-image model, undistilled: real guidance and a negative prompt.',
  checkpoint: { repository: 'Tongyi-MAI/Z-Image', licence: 'Apache-2.0' },
  defaults: { sample_steps: 30, guidance_scale: 4 },
  memory_gib: 22,
} as const satisfies ModelDefinition;
