import type { ModelDefinition } from '../define-model.ts';
import { hidream, hidreamComponents, hidreamReaders, hidreamScheduler } from '../families/hidream.ts';

export const model = {
  ...hidream,
  id: 'hidream',
  label: 'HiDream-I1-Full',
  task: 'text_to_image',
  description: 'HiDream’s 17 B mixture of experts with four readers, Llama 3.1 among them.',
  checkpoint: { repository: 'HiDream-ai/HiDream-I1-Full', licence: 'MIT' },
  pipeline: {
    class: 'HiDreamImagePipeline',
    module: 'hidream',
    components: hidreamComponents,
    cast_whole: hidreamReaders,
    // e^1.15: the shift for 4096 tokens, whatever the picture's size.
    scheduler: hidreamScheduler(3.158192909689767),
  },
  defaults: { sample_steps: 50, guidance_scale: 5 },
  size: { divisor: 16, area: 1024 * 1024 },
  notes: [
    'Every picture has about one megapixel, as in the trainer’s previews: 512×512 becomes 1024×1024 and 1280×720 becomes 1360×768. The real size is in the answer.',
    'Prompts are read up to 128 tokens.',
  ],
  differs: [
    'A LoRA file’s alpha counts; the reference server ignores it. A LoRA or a new scale never reloads the model.',
    'Sides are floored to a multiple of 8 before they are scaled to a megapixel, as in the trainer; the reference server floors them to 16 first.',
  ],
  training: {
    ai_toolkit: {
      arch: 'hidream',
      network: { network_kwargs: { ignore_if_contains: ['ff_i.experts', 'ff_i.gate'] } },
    },
    defaults: { timesteps: 'shift', learning_rate: 2e-4 },
  },
} as const satisfies ModelDefinition;
