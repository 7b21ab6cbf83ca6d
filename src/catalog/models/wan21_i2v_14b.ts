import type { ModelDefinition } from '../define-model.ts';
import {
  clipProcessor,
  euler,
  firstFrame,
  firstFrameNotes,
  wan,
  wanCast,
  wanDiffers,
  wanTokenizer,
} from '../families/wan.ts';

const repository = 'Wan-AI/Wan2.1-I2V-14B-720P-Diffusers';

export const model = {
  ...wan,
  ...firstFrame,
  id: 'wan21_i2v_14b',
  label: 'Wan 2.1 I2V 14B (720P)',
  task: 'image_to_video',
  description: 'Animates a first frame at 720p: the larger image-to-video model of Wan 2.1.',
  checkpoint: { repository, licence: 'Apache-2.0' },
  pipeline: {
    class: 'WanImageToVideoPipeline',
    cast_whole: [...wanCast, 'image_encoder'],
    components: { ...wanTokenizer(repository), ...clipProcessor(repository) },
    scheduler: euler(3),
  },
  training: { ai_toolkit: { arch: 'wan21_i2v' }, defaults: { timesteps: 'weighted' } },
  memory_gib: 58,
  differs: [
    ...wanDiffers,
    'With two or more control images the reference server fails; Darkroom uses the first and says so in `warnings`.',
  ],
  notes: [...firstFrameNotes],
} as const satisfies ModelDefinition;
