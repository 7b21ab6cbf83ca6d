import type { ModelDefinition } from '../define-model.ts';
import { krea2, krea2License } from '../families/krea2.ts';

export const model = {
  ...krea2,
  id: 'krea2_turbo',
  label: 'Krea 2 Turbo',
  description: 'Krea 2 distilled to a few steps. Takes the LoRAs that were trained on Krea 2 Raw.',
  checkpoint: { repository: 'krea/Krea-2-Turbo', gated: true, licence: krea2License },
  defaults: { sample_steps: 9, guidance_scale: 1 },
  trainer_interface: { sample_steps: 9, guidance_scale: 1, low_vram: true },
  notes: [
    'At guidance 1, the default, there is no second pass and a negative prompt changes nothing.',
    'The time shift follows the size of the picture, as in the trainer’s previews and the reference server; diffusers’ own pipeline pins it for this checkpoint.',
  ],
  training: {
    ai_toolkit: {
      arch: 'krea2',
      model: {
        assistant_lora_path:
          'ostris/krea2_turbo_training_adapter/krea2_turbo_training_adapter_v1.safetensors',
      },
    },
    defaults: { timesteps: 'linear' },
  },
} as const satisfies ModelDefinition;
