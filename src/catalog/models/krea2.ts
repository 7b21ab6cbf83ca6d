import type { ModelDefinition } from '../define-model.ts';
import { krea2, krea2License } from '../families/krea2.ts';

export const model = {
  ...krea2,
  id: 'krea2',
  label: 'Krea 2 Raw',
  description: 'Krea’s undistilled 12 B model, with real guidance and a negative prompt.',
  checkpoint: { repository: 'krea/Krea-2-Raw', gated: true, licence: krea2License },
  defaults: { sample_steps: 30, guidance_scale: 4 },
  training: { ai_toolkit: { arch: 'krea2' }, defaults: { timesteps: 'linear' } },
} as const satisfies ModelDefinition;
