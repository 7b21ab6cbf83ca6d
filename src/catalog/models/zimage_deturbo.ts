import type { ModelDefinition } from '../define-model.ts';
import { zimage } from '../families/zimage.ts';

export const model = {
  ...zimage,
  id: 'zimage_deturbo',
  label: 'Z-Image-De-Turbo',
  task: 'text_to_image',
  description: 'Ostris’ de-distilled Z-Image-Turbo: many steps and real guidance again, for training.',
  checkpoint: { repository: 'Tongyi-MAI/Z-Image-Turbo', licence: 'Apache-2.0' },
  pipeline: {
    ...zimage.pipeline,
    components: {
      transformer: {
        repository: 'ostris/Z-Image-De-Turbo',
        subfolder: 'transformer',
        library: 'diffusers',
        class: 'ZImageTransformer2DModel',
      },
    },
  },
  defaults: { sample_steps: 25, guidance_scale: 3 },
  trainer_interface: { sample_steps: 25, guidance_scale: 3, low_vram: true },
  training: {
    ...zimage.training,
    ai_toolkit: {
      arch: 'zimage',
      name_or_path: 'ostris/Z-Image-De-Turbo',
      model: { extras_name_or_path: 'Tongyi-MAI/Z-Image-Turbo' },
    },
  },
  memory_gib: 22,
} as const satisfies ModelDefinition;
