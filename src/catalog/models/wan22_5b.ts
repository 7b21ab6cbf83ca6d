import type { ModelDefinition } from '../define-model.ts';
import {
  euler,
  firstFrame,
  firstFrameNotes,
  wan,
  wanCast,
  wanDiffers,
  wanTokenizer,
  wanTraining,
} from '../families/wan.ts';

const repository = 'Wan-AI/Wan2.2-TI2V-5B-Diffusers';

export const model = {
  ...wan,
  ...firstFrame,
  id: 'wan22_5b',
  label: 'Wan 2.2 TI2V 5B',
  description: 'The small model of Wan 2.2: from words alone, or from words and a first frame.',
  checkpoint: { repository, licence: 'Apache-2.0' },
  pipeline: {
    class: 'WanTokensPipeline',
    module: 'wan',
    cast_whole: wanCast,
    components: wanTokenizer(repository),
    scheduler: euler(5),
  },
  size: { divisor: 32, frames: { step: 4, offset: 1 } },
  control_images: { ...firstFrame.control_images, minimum: 0 },
  trainer_interface: { num_frames: 121, fps: 24, width: 768, height: 768, low_vram: true },
  tiled_decoding: {},
  training: { ...wanTraining('wan22_5b', 'wan_2.2_5b', 32), defaults: { timesteps: 'weighted' } },
  memory_gib: 32,
  differs: [
    ...wanDiffers,
    'The first frame’s latents are drawn from the request’s seed, as in the trainer; the reference server draws them unseeded.',
    'With two or more control images the reference server uses none; Darkroom uses the first and says so in `warnings`.',
  ],
  notes: [...firstFrameNotes],
} as const satisfies ModelDefinition;
