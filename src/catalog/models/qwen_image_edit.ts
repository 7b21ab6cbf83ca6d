import type { ModelDefinition } from '../define-model.ts';
import { pictureProcessor, qwenImage, qwenImageEdit } from '../families/qwen-image.ts';

const repository = 'Qwen/Qwen-Image-Edit';
const family = qwenImageEdit(repository);

export const model = {
  ...family,
  id: 'qwen_image_edit',
  label: 'Qwen-Image-Edit',
  description: 'Edits one picture by instruction, with real guidance.',
  pipeline: {
    ...family.pipeline,
    class: 'QwenImageEditPipeline',
    module: 'qwen_image_edit',
    components: pictureProcessor(repository),
  },
  control_images: { minimum: 1, maximum: 1 },
  // The picture is what the model works from too, and it sees no other.
  abilities: {
    inpainting: {
      class: 'QwenImageEditInpaintPipeline',
      module: 'qwen_image_edit',
      arguments: { control_images: null },
    },
  },
  training: {
    ...family.training,
    builtin: { ...qwenImage.training.builtin, module: 'qwen_image_edit' },
  },
  differs: [
    ...family.differs,
    'The picture is stretched to the output bilinearly, as in the trainer; the reference server uses Lanczos.',
    'With two or more control images the reference server fails; Darkroom uses the first and says so in `warnings`.',
  ],
  notes: ['The control image is stretched to the output size: send width and height in its own aspect.'],
} as const satisfies ModelDefinition;
