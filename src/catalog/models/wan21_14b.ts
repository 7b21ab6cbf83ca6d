import type { ModelDefinition } from '../define-model.ts';
import { euler, wan, wanCast, wanDiffers, wanTokenizer, wanTraining } from '../families/wan.ts';

const repository = 'Wan-AI/Wan2.1-T2V-14B-Diffusers';

export const model = {
  ...wan,
  id: 'wan21_14b',
  label: 'Wan 2.1 T2V 14B',
  description: 'The large text-to-video model of Wan 2.1.',
  checkpoint: { repository, licence: 'Apache-2.0' },
  pipeline: {
    class: 'WanPipeline',
    cast_whole: wanCast,
    components: wanTokenizer(repository),
    scheduler: euler(3),
  },
  tiled_decoding: {},
  training: { ...wanTraining('wan21', 'wan_2.1', 16), defaults: { timesteps: 'sigmoid' } },
  memory_gib: 52,
  differs: [...wanDiffers],
} as const satisfies ModelDefinition;
