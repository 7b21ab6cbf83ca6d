import type { ModelDefinition } from '../define-model.ts';
import { flux, trainerScheduler } from '../families/flux.ts';

export const model = {
  ...flux,
  id: 'flex2',
  label: 'Flex.2-preview',
  task: 'text_to_image',
  description:
    'Ostris’ 8 B FLUX-shaped model for words alone, a control picture, or a picture whose transparent parts it fills in.',
  checkpoint: { repository: 'ostris/Flex.2-preview', licence: 'Apache-2.0' },
  pipeline: {
    ...flux.pipeline,
    class: 'Flex2Pipeline',
    module: 'flex2',
    scheduler: trainerScheduler,
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  arguments: { control_images: 'control_image', control_index: 'control_index' },
  // Its transformer reads the pictures beside the noise: that is what the control image is for.
  abilities: {},
  control_images: { maximum: 1, alpha: true },
  training: { ai_toolkit: { arch: 'flex2' }, defaults: { timesteps: 'sigmoid' } },
  memory_gib: 27,
  differs: [
    'It renders. The reference server’s own versions refuse the checkpoint, whose pipeline is remote code; Darkroom runs none of it.',
  ],
  notes: [
    '`ctrl_idx` 0 fills in the transparent parts of `ctrl_img`, and 1 follows it as a control picture (pose, depth, lines), as in the trainer. Left out, a picture with transparent parts is filled in and another one followed. It is stretched to the output size: send width and height in its own aspect.',
  ],
} as const satisfies ModelDefinition;
