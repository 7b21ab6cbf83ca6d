import type { ModelDefinition } from '../define-model.ts';
import { ltx2, ltx2Differs } from '../families/ltx2.ts';

export const model = {
  ...ltx2,
  id: 'ltx2.3',
  label: 'LTX-2.3',
  description: 'Video with sound, from words or from words and a first frame; the successor of LTX-2.',
  checkpoint: { repository: 'dg845/LTX-2.3-Diffusers', licence: 'LTX-2 Community License' },
  constants: {
    stg_scale: 1,
    audio_stg_scale: 1,
    modality_scale: 3,
    audio_modality_scale: 3,
    guidance_rescale: 0.7,
    audio_guidance_rescale: 0.7,
    audio_guidance_scale: 7,
    spatio_temporal_guidance_blocks: [28],
    use_cross_timestep: true,
  },
  differs: [
    ...ltx2Differs,
    'Spatio-temporal and modality guidance are on, with guidance 7 for the sound, as in the trainer’s previews; the reference server leaves them off.',
    'There is no “High” resolution with its upsampler and third, unseeded stage; a request for it is warned of.',
  ],
} as const satisfies ModelDefinition;
