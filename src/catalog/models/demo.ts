import type { ModelDefinition } from '../define-model.ts';
import { flux } from '../families/flux.ts';

export const model = {
  ...flux,
  id: 'demo',
  label: 'Darkroom demo',
  task: 'text_to_image',
  description:
    'A 10 M-parameter FLUX trained from scratch on emoji pictures, shipped with Darkroom: it draws 263 everyday things at 128×128 in about a second on a laptop CPU.',
  checkpoint: { repository: 'darkroom/demo', bundled: 'checkpoints/demo', licence: 'Apache-2.0' },
  defaults: { sample_steps: 20, guidance_scale: 3.5, width: 128, height: 128 },
  size: { divisor: 16 },
  constants: { max_sequence_length: 24 },
  training: {
    builtin: { ...flux.training.builtin, text: { max_sequence_length: 24 } },
    defaults: {
      timesteps: 'sigmoid',
      steps: { per_image: 5, minimum: 100, maximum: 200 },
      learning_rate: 1e-3,
      batch_size: 4,
      resolutions: [128],
      optimizer: 'adamw',
      preserve: 'class',
    },
    memory_factor: 4,
  },
  trainer_interface: null,
  memory_gib: 0.3,
  notes: [
    'It knows only the things and colours listed in docs/demo-model.md, and only 128×128.',
    'Two LoRAs ship with it in checkpoints/demo/loras.',
  ],
} as const satisfies ModelDefinition;
