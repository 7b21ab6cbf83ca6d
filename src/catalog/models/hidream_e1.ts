import type { ModelDefinition } from '../define-model.ts';
import { hidream, hidreamComponents, hidreamReaders, hidreamScheduler } from '../families/hidream.ts';

export const model = {
  ...hidream,
  id: 'hidream_e1',
  label: 'HiDream-E1.1',
  task: 'image_editing',
  description: 'Edits one picture by instruction, guided by the words and by the picture.',
  checkpoint: { repository: 'HiDream-ai/HiDream-E1-1', licence: 'MIT' },
  pipeline: {
    class: 'HiDreamEditingPipeline',
    module: 'hidream_e1',
    components: hidreamComponents,
    cast_whole: hidreamReaders,
    scheduler: hidreamScheduler(3),
  },
  defaults: { sample_steps: 28, guidance_scale: 5 },
  size: { divisor: 16, maximum_area: 1024 * 1024 },
  arguments: { ...hidream.arguments, control_images: 'image' },
  constants: { image_guidance_scale: 2 },
  control_images: { minimum: 1, maximum: 1, resize: { mode: 'stretch', filter: 'bilinear', divisor: 8 } },
  training: {
    ai_toolkit: {
      arch: 'hidream_e1',
      network: { network_kwargs: { ignore_if_contains: ['ff_i.experts', 'ff_i.gate'] } },
    },
    defaults: { timesteps: 'weighted' },
  },
  memory_gib: 70,
  notes: [
    'The control image is stretched to the output size: send width and height in its own aspect. As in the trainer, a size that is no multiple of 16 is first stretched to, in multiples of 8, and what comes of it to the output.',
    'Up to one megapixel: the noise and the picture lie side by side, and together fill the 8192 tokens that the model was made for.',
    'At guidance 1 or less the words alone guide, in one pass; otherwise there are three passes a step.',
  ],
  differs: [
    'The base is HiDream-E1.1, which the trainer trains; the reference server applies the LoRA to HiDream-E1-Full, another base.',
    'The picture guides with strength 2, as in the trainer’s previews; the reference server has 4.',
    'A LoRA file’s alpha counts; the reference server ignores it.',
    'With two or more control images the reference server fails; Darkroom uses the first and says so in `warnings`.',
  ],
} as const satisfies ModelDefinition;
