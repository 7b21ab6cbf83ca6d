import type { ModelDefinition } from '../define-model.ts';
import { flux } from '../families/flux.ts';

export const model = {
  ...flux,
  id: 'flux_kontext',
  label: 'FLUX.1-Kontext-dev',
  task: 'image_editing',
  description: 'Edits one picture by instruction: “make the jacket red”, “as a pencil drawing”.',
  checkpoint: {
    repository: 'black-forest-labs/FLUX.1-Kontext-dev',
    gated: true,
    licence: 'FLUX.1-dev Non-Commercial License',
  },
  pipeline: { ...flux.pipeline, class: 'FluxKontextPipeline' },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  arguments: { control_images: 'image' },
  constants: { _auto_resize: false },
  computed: { max_area: 'area' },
  // The picture is what the model works from too, unless a control image is sent beside it.
  abilities: {
    inpainting: { class: 'FluxKontextInpaintPipeline', arguments: { control_images: 'image_reference' } },
  },
  control_images: { minimum: 1, maximum: 1, resize: { mode: 'stretch', filter: 'bilinear', divisor: 8 } },
  training: {
    builtin: {
      ...flux.training.builtin,
      module: 'flux_kontext',
      bucket_divisor: 16,
      base_version: 'flux.1_kontext',
    },
    ai_toolkit: { arch: 'flux_kontext' },
    defaults: { timesteps: 'weighted' },
  },
  memory_gib: 34,
  notes: [
    'The control image is stretched to the output size: send width and height in its own aspect. As in the trainer, a size that is no multiple of 16 is first stretched to, in multiples of 8, and what comes of it to the output.',
  ],
  differs: [
    'With two or more control images the reference server fails; Darkroom uses the first and says so in `warnings`.',
  ],
} as const satisfies ModelDefinition;
