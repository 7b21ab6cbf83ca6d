import type { ModelDefinition } from '../define-model.ts';
import { ltx2, ltx2Differs } from '../families/ltx2.ts';

export const model = {
  ...ltx2,
  id: 'ltx2.3',
  label: 'LTX-2.3',
  description: 'Video with sound, from words or from words and a first frame; the successor of LTX-2.',
  pipeline: {
    ...ltx2.pipeline,
    high: {
      class: 'LTX2HighPipeline',
      module: 'ltx2_high',
      components: {
        latent_upsampler: {
          repository: 'dg845/LTX-2.3-Spatial-Upsampler-Diffusers',
          subfolder: 'latent_upsampler',
          library: 'darkroom',
          class: 'LTX2LatentUpsamplerModel',
        },
        distilled_lora: {
          repository: 'CalamitousFelicitousness/LTX-2.3-distilled-lora-384-Diffusers',
          library: 'darkroom',
          class: 'DistilledLora',
        },
      },
    },
  },
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
    'The last stage of `"resolution": "High"` draws its noise from the seed; on the reference server nothing seeds it.',
    'After a render in “High” the VAE decodes whole frames again; the reference server goes on in tiles.',
  ],
  notes: [
    ...ltx2.notes,
    '`"resolution": "High"` makes the video at width and height, doubles both, and refines it in three steps with the authors’ distilled LoRA beside yours. That LoRA and the upsampler are some 9 GB more to download and to hold, and the model is loaded anew when a request changes between the two modes. The trainer has no previews of it.',
  ],
  training: {
    ai_toolkit: { arch: 'ltx2.3', name_or_path: 'Lightricks/LTX-2.3/ltx-2.3-22b-dev.safetensors' },
    defaults: { timesteps: 'weighted' },
  },
} as const satisfies ModelDefinition;
