import type { ModelDefinition } from '../define-model.ts';
import { ltx2, ltx2Differs } from '../families/ltx2.ts';

export const model = {
  ...ltx2,
  id: 'ltx2',
  label: 'LTX-2',
  description: 'Video with sound, from words or from words and a first frame.',
  checkpoint: { repository: 'Lightricks/LTX-2', licence: 'LTX-2 Community License' },
  // The guidance terms that newer releases of diffusers turn on by themselves are off, as in the trainer.
  constants: {
    stg_scale: 0,
    audio_stg_scale: 0,
    modality_scale: 1,
    audio_modality_scale: 1,
    guidance_rescale: 0,
    audio_guidance_rescale: 0,
    audio_guidance_scale: null,
    spatio_temporal_guidance_blocks: null,
    use_cross_timestep: false,
  },
  differs: [...ltx2Differs],
  training: {
    ai_toolkit: { arch: 'ltx2', name_or_path: 'Lightricks/LTX-2' },
    defaults: { timesteps: 'weighted' },
  },
} as const satisfies ModelDefinition;
