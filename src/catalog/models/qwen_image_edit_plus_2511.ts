import type { ModelDefinition } from '../define-model.ts';
import { pictureProcessor, qwenImageEdit } from '../families/qwen-image.ts';

const repository = 'Qwen/Qwen-Image-Edit-2511';
const family = qwenImageEdit(repository);

export const model = {
  ...family,
  id: 'qwen_image_edit_plus_2511',
  label: 'Qwen-Image-Edit-2511',
  description: 'Edits by instruction, from one to three pictures; steadier with faces than 2509.',
  pipeline: {
    ...family.pipeline,
    class: 'QwenImageEditPlusPipeline',
    module: 'qwen_image_edit_plus',
    components: pictureProcessor(repository),
  },
  control_images: { minimum: 1, maximum: 3, passed_as: 'list' },
  differs: [
    ...family.differs,
    'Guidance is not renormalized, as in the trainer’s previews; on the reference server it is.',
  ],
} as const satisfies ModelDefinition;
