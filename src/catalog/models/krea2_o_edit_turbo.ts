import type { ModelDefinition } from '../define-model.ts';
import { krea2Edit, krea2License } from '../families/krea2.ts';

export const model = {
  ...krea2Edit,
  id: 'krea2_o_edit_turbo',
  label: 'Krea 2 Turbo Edit',
  description: 'Krea 2 distilled to a few steps, editing with LoRAs that were trained for it.',
  checkpoint: { repository: 'krea/Krea-2-Turbo', gated: true, licence: krea2License },
  defaults: { sample_steps: 8, guidance_scale: 1 },
  trainer_interface: { sample_steps: 8, guidance_scale: 1, low_vram: true },
  notes: [
    ...krea2Edit.notes,
    'At guidance 1, the default, there is no second pass and a negative prompt changes nothing.',
    'The time shift follows the size of the picture, as in the trainer’s previews and the reference server; diffusers’ own pipeline pins it for this checkpoint.',
  ],
  training: {
    ai_toolkit: {
      arch: 'krea2',
      model: {
        assistant_lora_path:
          'ostris/krea2_turbo_training_adapter/krea2_turbo_training_adapter_v1.safetensors',
        model_kwargs: { edit: true, match_target_res: true, kv_cache: true },
      },
    },
    defaults: { timesteps: 'linear' },
  },
} as const satisfies ModelDefinition;
