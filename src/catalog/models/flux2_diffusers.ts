import type { ModelDefinition } from '../define-model.ts';
import { flux2 } from '../families/flux2.ts';

const repository = 'black-forest-labs/FLUX.2-dev';

export const model = {
  ...flux2,
  id: 'flux2_diffusers',
  label: 'FLUX.2-dev (diffusers)',
  description:
    'FLUX.2-dev as diffusers runs it: its own schedule and text encoder. For previews of the trainer use flux2.',
  checkpoint: { repository, gated: true, licence: 'FLUX.2-dev Non-Commercial License' },
  pipeline: {
    class: 'Flux2Pipeline',
    components: {
      tokenizer: { repository, subfolder: 'tokenizer', library: 'darkroom', class: 'ChatTokenizer' },
    },
  },
  size: { divisor: 32 },
  control_images: {},
  guidance: { kind: 'embedded', negative_prompt: false },
  trainer_interface: null,
  memory_gib: 115,
  differs: [
    'The reference server fails on every request of this id, passing a negative prompt that the pipeline does not take.',
  ],
} as const satisfies ModelDefinition;
