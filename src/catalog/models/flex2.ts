import type { ModelDefinition } from '../define-model.ts';
import { flux, trainerScheduler } from '../families/flux.ts';

export const model = {
  ...flux,
  id: 'flex2',
  label: 'Flex.2-preview',
  task: 'text_to_image',
  description:
    'Ostris’ 8 B FLUX-shaped model with inputs for inpainting and control, here fed from words alone.',
  checkpoint: { repository: 'ostris/Flex.2-preview', licence: 'Apache-2.0' },
  pipeline: {
    ...flux.pipeline,
    class: 'Flex2Pipeline',
    module: 'flex2',
    scheduler: trainerScheduler,
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  memory_gib: 27,
  differs: [
    'It renders. The reference server’s own versions refuse the checkpoint, whose pipeline is remote code; Darkroom runs none of it.',
  ],
  notes: [
    'The trainer’s previews can have a control picture, or one to fill in (`ctrl_img` with `ctrl_idx`). Darkroom renders from words alone, and says in `warnings` that the picture was left out.',
  ],
} as const satisfies ModelDefinition;
