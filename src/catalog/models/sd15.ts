import type { ModelDefinition } from '../define-model.ts';
import { sd15 } from '../families/sd15.ts';

export const model = {
  ...sd15,
  id: 'sd15',
  label: 'Stable Diffusion 1.5',
  task: 'text_to_image',
  description: 'The 860 M UNet of 2022: small, quick, and with more LoRAs than any other model.',
  checkpoint: {
    repository: 'stable-diffusion-v1-5/stable-diffusion-v1-5',
    licence: 'CreativeML Open RAIL-M',
  },
  defaults: { sample_steps: 25, guidance_scale: 6 },
  size: { divisor: 8 },
  trainer_interface: { guidance_scale: 6, width: 512, height: 512, quantize: false },
  memory_gib: 6,
  differs: [
    'LoRA keys of `time_embedding` are applied, as in the trainer; the reference server drops them.',
    'No safety checker is loaded, as in the trainer’s previews; the reference server returns a black picture where its checker objects.',
  ],
  notes: [
    'It was trained at 512×512: ask for that size, since the default is 1024×1024 as on the reference server.',
  ],
} as const satisfies ModelDefinition;
