import type { ModelDefinition } from '../define-model.ts';
import { qwenImageEditPlus } from '../families/qwen-image.ts';

export const model = {
  ...qwenImageEditPlus('Qwen/Qwen-Image-Edit-2511'),
  id: 'qwen_image_edit_plus_2511',
  label: 'Qwen-Image-Edit-2511',
  description: 'Edits by instruction, from one to three pictures; steadier with faces than 2509.',
} as const satisfies ModelDefinition;
