import type { ModelDefinition } from '../define-model.ts';
import { krea2Edit, krea2License } from '../families/krea2.ts';

export const model = {
  ...krea2Edit,
  id: 'krea2_o_edit',
  label: 'Krea 2 Raw Edit',
  description:
    'Edits by instruction with LoRAs that were trained for it on Krea 2 Raw, from one to three pictures.',
  checkpoint: { repository: 'krea/Krea-2-Raw', gated: true, licence: krea2License },
  defaults: { sample_steps: 30, guidance_scale: 4 },
  training: {
    ai_toolkit: {
      arch: 'krea2',
      model: { model_kwargs: { edit: true, match_target_res: true, kv_cache: true } },
    },
    defaults: { timesteps: 'linear' },
  },
} as const satisfies ModelDefinition;
