import type { ModelDefinition } from '../define-model.ts';
import { euler, wan, wanCast, wanDiffers, wanTokenizer, wanTraining } from '../families/wan.ts';

const repository = 'Wan-AI/Wan2.1-T2V-1.3B-Diffusers';

export const model = {
  ...wan,
  id: 'wan21_1b',
  label: 'Wan 2.1 T2V 1.3B',
  description: 'The small video model of Wan 2.1, made for 480p.',
  checkpoint: { repository, licence: 'Apache-2.0' },
  pipeline: {
    class: 'WanPipeline',
    cast_whole: wanCast,
    components: wanTokenizer(repository),
    scheduler: euler(3),
  },
  trainer_interface: { ...wan.trainer_interface, quantize: false },
  tiled_decoding: {},
  training: { ...wanTraining('wan21', 'wan_2.1', 16), defaults: { timesteps: 'sigmoid' } },
  memory_gib: 22,
  differs: [...wanDiffers],
} as const satisfies ModelDefinition;
