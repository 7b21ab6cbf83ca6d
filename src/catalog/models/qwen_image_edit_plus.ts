import type { ModelDefinition } from '../define-model.ts';
import { qwenImageEditPlus } from '../families/qwen-image.ts';

export const model = {
  ...qwenImageEditPlus('Qwen/Qwen-Image-Edit-2509'),
  id: 'qwen_image_edit_plus',
  label: 'Qwen-Image-Edit-2509',
  description: 'Edits by instruction, from one to three pictures.',
} as const satisfies ModelDefinition;
