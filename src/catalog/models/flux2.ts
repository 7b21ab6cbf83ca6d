import type { ModelDefinition } from '../define-model.ts';
import { flux2, flux2Schedule, flux2Training } from '../families/flux2.ts';

const reader = 'mistralai/Mistral-Small-3.1-24B-Instruct-2503';

export const model = {
  ...flux2,
  id: 'flux2',
  label: 'FLUX.2-dev',
  description:
    'Black Forest Labs’ 32 B model with Mistral as its reader; it also takes up to three pictures to work from.',
  checkpoint: {
    repository: 'black-forest-labs/FLUX.2-dev',
    gated: true,
    licence: 'FLUX.2-dev Non-Commercial License',
  },
  pipeline: {
    class: 'Flux2Pipeline',
    module: 'flux2',
    cast_whole: ['text_encoder'],
    ...flux2Schedule,
    components: {
      text_encoder: {
        repository: reader,
        library: 'transformers',
        class: 'Mistral3ForConditionalGeneration',
      },
      tokenizer: { repository: reader, library: 'darkroom', class: 'ChatTokenizer' },
    },
  },
  arguments: { control_images: 'image' },
  guidance: { kind: 'embedded', negative_prompt: false },
  training: flux2Training('flux2'),
  memory_gib: 115,
  differs: ['A LoRA or a new scale never reloads the model, and LoKr files are merged like all others.'],
  notes: ['Each control image needs sides of at least 64 pixels, the longer at most 8 times the shorter.'],
} as const satisfies ModelDefinition;
