import type { ModelDefinition } from '../define-model.ts';
import {
  euler,
  firstFrame,
  firstFrameNotes,
  wan,
  wanCast,
  wanDiffers,
  wanExperts,
  wanTokenizer,
  wanTransformer,
} from '../families/wan.ts';

const transformers = 'ai-toolkit/Wan2.2-I2V-A14B-Diffusers-bf16';
const reader = 'ai-toolkit/umt5_xxl_encoder';

export const model = {
  ...wan,
  ...firstFrame,
  ...wanExperts,
  id: 'wan22_14b_i2v',
  label: 'Wan 2.2 I2V A14B',
  task: 'image_to_video',
  description: 'Animates a first frame with Wan 2.2’s two 14 B transformers, each with LoRAs of its own.',
  checkpoint: { repository: 'Wan-AI/Wan2.2-I2V-A14B-Diffusers', licence: 'Apache-2.0' },
  pipeline: {
    class: 'WanExpertsImagePipeline',
    module: 'wan',
    cast_whole: wanCast,
    components: {
      ...wanTokenizer(reader),
      text_encoder: {
        repository: reader,
        subfolder: 'text_encoder',
        library: 'transformers',
        class: 'UMT5EncoderModel',
      },
      vae: { repository: 'ai-toolkit/wan2.1-vae', library: 'diffusers', class: 'AutoencoderKLWan' },
      transformer: wanTransformer(transformers, 'transformer'),
      transformer_2: wanTransformer(transformers, 'transformer_2'),
    },
    scheduler: euler(5),
  },
  size: { ...wan.size, frames: { step: 4, offset: 1 } },
  trainer_interface: { ...wan.trainer_interface, low_vram: true },
  training: {
    ai_toolkit: {
      arch: 'wan22_14b_i2v',
      name_or_path: 'ai-toolkit/Wan2.2-I2V-A14B-Diffusers-bf16',
      model: { low_vram: true, model_kwargs: { train_high_noise: true, train_low_noise: true } },
    },
    defaults: { timesteps: 'linear' },
  },
  memory_gib: 80,
  differs: [
    ...wanDiffers,
    'The low-noise side takes over at 0.875 of the noise, as in the trainer’s previews; the reference server waits until 0.9.',
    'The first frame’s latents are drawn from the request’s seed, as in the trainer; the reference server draws them unseeded.',
    'The reference server refuses LoRAs of a rank over 32; Darkroom takes any rank.',
  ],
  notes: [...firstFrameNotes],
} as const satisfies ModelDefinition;
