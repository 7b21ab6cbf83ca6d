import type { ModelDefinition } from '../define-model.ts';
import {
  euler,
  wan,
  wanCast,
  wanDiffers,
  wanExperts,
  wanTokenizer,
  wanTransformer,
} from '../families/wan.ts';

const repository = 'Wan-AI/Wan2.2-T2V-A14B-Diffusers';
const transformers = 'ai-toolkit/Wan2.2-T2V-A14B-Diffusers-bf16';

export const model = {
  ...wan,
  ...wanExperts,
  id: 'wan22_14b_t2v',
  label: 'Wan 2.2 T2V A14B',
  description:
    'Wan 2.2’s two 14 B transformers, one for high noise and one for low, each with LoRAs of its own.',
  checkpoint: { repository, licence: 'Apache-2.0' },
  pipeline: {
    class: 'WanPipeline',
    cast_whole: wanCast,
    components: {
      ...wanTokenizer(repository),
      transformer: wanTransformer(transformers, 'transformer'),
      transformer_2: wanTransformer(transformers, 'transformer_2'),
    },
    scheduler: euler(5),
  },
  trainer_interface: { ...wan.trainer_interface, low_vram: true },
  tiled_decoding: {},
  training: {
    ai_toolkit: {
      arch: 'wan22_14b',
      name_or_path: 'ai-toolkit/Wan2.2-T2V-A14B-Diffusers-bf16',
      model: { low_vram: true, model_kwargs: { train_high_noise: true, train_low_noise: true } },
    },
    defaults: { timesteps: 'linear' },
  },
  memory_gib: 80,
  differs: [...wanDiffers, 'The reference server refuses LoRAs of a rank over 32; Darkroom takes any rank.'],
} as const satisfies ModelDefinition;
