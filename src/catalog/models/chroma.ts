import type { ModelDefinition } from '../define-model.ts';
import { trainerScheduler } from '../families/flux.ts';

const parts = 'ostris/Flex.1-alpha';

/**
 * Sources: the trainer's chroma_model.py, which reads the one original file of the transformer and takes T5 and the VAE from
 * Flex.1-alpha, and its chroma/pipeline.py.
 */
export const model = {
  family: 'chroma',
  id: 'chroma',
  label: 'Chroma1-Base',
  task: 'text_to_image',
  description: 'Lodestone’s 8.9 B model, made from FLUX.1-schnell, with real guidance and a negative prompt.',
  checkpoint: { repository: 'lodestones/Chroma1-Base', licence: 'Apache-2.0' },
  pipeline: {
    class: 'ChromaPipeline',
    module: 'chroma',
    components: {
      transformer: {
        repository: 'lodestones/Chroma1-Base',
        file: 'Chroma1-Base.safetensors',
        library: 'darkroom',
        class: 'ChromaTransformer',
      },
      text_encoder: {
        repository: parts,
        subfolder: 'text_encoder_2',
        library: 'transformers',
        class: 'T5EncoderModel',
      },
      tokenizer: {
        repository: parts,
        subfolder: 'tokenizer_2',
        library: 'transformers',
        class: 'T5TokenizerFast',
      },
      vae: { repository: parts, subfolder: 'vae', library: 'diffusers', class: 'AutoencoderKL' },
    },
    cast_whole: ['text_encoder'],
    scheduler: trainerScheduler,
  },
  defaults: { sample_steps: 25, guidance_scale: 4 },
  size: { divisor: 16 },
  arguments: { negative_prompt: 'negative_prompt' },
  constants: { max_sequence_length: 512 },
  guidance: { kind: 'cfg', negative_prompt: true },
  abilities: {
    image_to_image: { class: 'ChromaImg2ImgPipeline', module: 'chroma' },
    inpainting: { class: 'ChromaInpaintPipeline', module: 'chroma' },
  },
  // Chroma in diffusers' names has those of FLUX.1, and most layers of a FLUX.1 LoRA fit.
  lora: { families: ['chroma', 'flux'], targets: ['transformer'] },
  output: { kind: 'image' },
  training: {
    builtin: {
      module: 'chroma',
      objective: 'flow',
      component: 'transformer',
      bucket_divisor: 32,
      blocks: ['double_blocks', 'single_blocks'],
      spelling: 'peft',
      names: 'chroma',
      prefix: 'diffusion_model',
      base_version: 'chroma',
      text: { max_sequence_length: 512 },
    },
    ai_toolkit: { arch: 'chroma' },
    defaults: { timesteps: 'sigmoid' },
  },
  memory_gib: 32,
  differs: [
    'A negative prompt is used, as in the trainer’s previews; the reference server always guides away from the empty prompt.',
    'Weights stay in bfloat16 unless quantization is asked for; the reference server always renders with float8 weights, so its pixels differ slightly.',
    'A LoRA or a new scale never reloads the model.',
  ],
  notes: [
    'T5 reads its padding along and the transformer sees one token of it, as in training; diffusers’ own pipeline does neither.',
    'LoRAs for FLUX.1 apply to the layers that both models have; the rest is named in `warnings`.',
  ],
} as const satisfies ModelDefinition;
