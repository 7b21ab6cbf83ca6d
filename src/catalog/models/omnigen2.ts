import type { ModelDefinition } from '../define-model.ts';

const repository = 'OmniGen2/OmniGen2';

/** Sources: the trainer's omnigen2 model and its src/pipelines/omnigen2/pipeline_omnigen2.py. */
export const model = {
  family: 'omnigen2',
  id: 'omnigen2',
  label: 'OmniGen2',
  task: 'text_to_image',
  description: 'VectorSpaceLab’s 4 B model for pictures from words, or from words and one to three pictures.',
  checkpoint: { repository, licence: 'Apache-2.0' },
  pipeline: {
    class: 'OmniGen2Pipeline',
    module: 'omnigen2',
    cast_whole: ['mllm'],
    components: {
      // The index names classes of Python files that lie in the repository; nothing of it is executed here.
      transformer: {
        repository,
        subfolder: 'transformer',
        library: 'darkroom',
        class: 'OmniGen2Transformer2DModel',
      },
      processor: { repository, subfolder: 'processor', library: 'darkroom', class: 'ChatTokenizer' },
    },
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 8 },
  arguments: { negative_prompt: 'negative_prompt', control_images: 'image' },
  guidance: { kind: 'cfg', negative_prompt: true },
  control_images: { maximum: 3, passed_as: 'list', resize: { mode: 'stretch', filter: 'bilinear' } },
  lora: { families: ['omnigen2'], targets: ['transformer'] },
  output: { kind: 'image' },
  trainer_interface: { quantize: false },
  training: { ai_toolkit: { arch: 'omnigen2' }, defaults: { timesteps: 'sigmoid' } },
  memory_gib: 19,
  differs: [
    'Control images are stretched to the output size, as in the trainer’s previews and in training; the reference server shows them at their own aspect.',
    'The same seed gives the same picture with control images too: their encoding draws from the seed, as in the trainer. On the reference server it draws from a generator that nothing seeds.',
    'The negative prompt, empty or not, stands in the chat template twice, as in the trainer; on the reference server an empty one stands in it once.',
    'A LoRA’s alpha counts; the reference server leaves it out.',
  ],
  notes: [
    'Pictures of more than a megapixel are drawn at a megapixel in the same shape and enlarged, as in the trainer’s previews.',
    'Prompts are read up to 256 tokens, the chat template included; what follows is not seen.',
    'The control images are stretched to the output size: send width and height in their own aspect. The trainer’s previews have one at most; there is no preview to compare two or three with.',
    'At guidance 1 or less there is no second pass and a negative prompt changes nothing.',
  ],
} as const satisfies ModelDefinition;
