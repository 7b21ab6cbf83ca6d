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
} as const satisfies ModelDefinition;
