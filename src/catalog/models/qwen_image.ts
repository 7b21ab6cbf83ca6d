import type { ModelDefinition } from '../define-model.ts';
import { qwenImage } from '../families/qwen-image.ts';

export const model = {
  ...qwenImage,
  id: 'qwen_image',
  label: 'Qwen-Image',
  task: 'text_to_image',
  description: 'Alibaba’s 20 B text-to-image model, strong at writing in pictures, with real guidance.',
  checkpoint: { repository: 'Qwen/Qwen-Image', licence: 'Apache-2.0' },
} as const satisfies ModelDefinition;
