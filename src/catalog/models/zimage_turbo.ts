import type { ModelDefinition } from '../define-model.ts';
import { zimage } from '../families/zimage.ts';

export const model = {
  ...zimage,
  id: 'zimage_turbo',
  label: 'Z-Image-Turbo',
  task: 'text_to_image',
  description: 'Z-Image distilled to eight steps without guidance.',
  checkpoint: { repository: 'Tongyi-MAI/Z-Image-Turbo', licence: 'Apache-2.0' },
  defaults: { sample_steps: 8, guidance_scale: 1 },
  trainer_interface: { sample_steps: 9, guidance_scale: 1, low_vram: true },
  training: {
    ...zimage.training,
    builtin: {
      ...zimage.training.builtin,
      adapter: {
        repository: 'ostris/zimage_turbo_training_adapter',
        file: 'zimage_turbo_training_adapter_v2.safetensors',
      },
    },
    ai_toolkit: {
      arch: 'zimage',
      model: {
        assistant_lora_path:
          'ostris/zimage_turbo_training_adapter/zimage_turbo_training_adapter_v2.safetensors',
      },
    },
  },
  memory_gib: 22,
} as const satisfies ModelDefinition;
