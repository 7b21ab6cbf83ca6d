import type { ModelDefinition } from '../define-model.ts';
import { qwenImage } from '../families/qwen-image.ts';

export const model = {
  ...qwenImage,
  id: 'qwen_image_2512',
  label: 'Qwen-Image-2512',
  task: 'text_to_image',
  description: 'Qwen-Image as of December 2025: more natural people and textures.',
  checkpoint: { repository: 'Qwen/Qwen-Image-2512', licence: 'Apache-2.0' },
} as const satisfies ModelDefinition;
