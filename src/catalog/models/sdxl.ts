import type { ModelDefinition } from '../define-model.ts';
import { sdxl } from '../families/sdxl.ts';

export const model = {
  ...sdxl,
  id: 'sdxl',
  label: 'Stable Diffusion XL 1.0',
  task: 'text_to_image',
  description: 'Stability AI’s 2.6 B UNet, with real guidance and a negative prompt.',
  checkpoint: {
    repository: 'stabilityai/stable-diffusion-xl-base-1.0',
    licence: 'CreativeML Open RAIL++-M',
  },
  defaults: { sample_steps: 30, guidance_scale: 5 },
  size: { divisor: 8 },
  trainer_interface: { guidance_scale: 6, quantize: false },
  memory_gib: 10,
  differs: [
    'LoRA keys of `time_embedding` and `add_embedding` are applied, as in the trainer; the reference server drops them.',
    'No invisible watermark is added; the reference server adds one to every picture.',
  ],
} as const satisfies ModelDefinition;
