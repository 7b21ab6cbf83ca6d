/**
 * The inputs of a training, as Replicate publishes them for `ostris/flux-dev-lora-trainer`. Under that name what is not said is as
 * published; other base models have the defaults of the catalog. Source of ranges and defaults: the published schema of that model.
 */
import { z } from 'zod';
import { optimizerSchema } from '../../../catalog/define-training.ts';
import { longestPrompt } from '../../../render/prompts/prompt.ts';
import { type TrainingRequest, trainingLimits, unsaidTraining } from '../../../training/training-request.ts';
import { storableText } from '../../kit/storable-text.ts';

const [leastSide, mostSide] = trainingLimits.side;

/** `512,768,1024` */
const resolutions = z
  .string()
  .max(200)
  .regex(/^\s*\d{1,5}(\s*,\s*\d{1,5}){0,7}\s*$/, {
    error: 'Must be sides in pixels with commas between, such as 512,768,1024',
  })
  .transform((text) => text.split(',').map(Number))
  .refine((sides) => sides.every((side) => side >= leastSide && side <= mostSide), {
    error: `Sides must be from ${leastSide} to ${mostSide}`,
  });

const layers = storableText(500).refine((text) => isPattern(text), { error: 'Must be a regular expression' });

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

/** The input that a LoRA which is trained already is named by. */
export const pretrained = 'skip_training_and_use_pretrained_hf_lora_url';

const hubUrl = storableText(2000).refine(
  (text) => text === '' || (text.startsWith('https://huggingface.co/') && text.includes('.safetensors')),
  {
    error:
      'Invalid URL. Use a HuggingFace download URL like https://huggingface.co/owner/repo/resolve/main/lora.safetensors',
  },
);

/** What is trained with. The `wandb_…` and `hf_…` inputs stand in `unusedInputs`. */
export const trainingInput = z.object({
  input_images: z
    .string()
    .min(1)
    .max(64 * 2 ** 20)
    .optional()
    .meta({
      description: `A zip of pictures and captions: its URL, that of a file here, or data. Required without ${pretrained}.`,
    }),
  trigger_word: storableText(500).default('TOK').meta({ description: 'Empty for none.' }),
  autocaption: z.boolean().default(true).meta({
    description: 'For pictures without a caption, where the server has an endpoint for that (CAPTION_URL).',
  }),
  autocaption_prefix: storableText(1000)
    .default('')
    .meta({ description: 'What such a caption begins with.' }),
  autocaption_suffix: storableText(1000).default('').meta({ description: 'What such a caption ends with.' }),
  steps: z.int().min(3).max(6000).optional(),
  learning_rate: z.number().gt(0).max(1).optional(),
  batch_size: z.int().min(1).max(trainingLimits.batchSize[1]).optional(),
  resolution: resolutions.optional().meta({ description: '512,768,1024', type: 'string' }),
  lora_rank: z.int().min(1).max(128).default(16),
  caption_dropout_rate: z.number().min(0).max(1).default(0.05),
  optimizer: optimizerSchema.optional(),
  layers_to_optimize_regex: layers.optional(),
  gradient_checkpointing: z.boolean().default(false).meta({ description: 'True: always.' }),
  wandb_sample_prompts: storableText(16 * longestPrompt)
    .optional()
    .meta({ description: 'Prompts, one a line, of the samples of each epoch.' }),
  [pretrained]: hubUrl.optional().meta({
    description: 'URL of a LoRA on Hugging Face that becomes the version as it is. Nothing is trained then.',
  }),
});
export type TrainingInput = z.output<typeof trainingInput>;

/** Published inputs that nothing here is done with. */
export const unusedInputs = [
  'cache_latents_to_disk',
  'hf_repo_id',
  'hf_token',
  'wandb_api_key',
  'wandb_project',
  'wandb_run',
  'wandb_entity',
  'wandb_sample_interval',
  'wandb_save_interval',
] as const;

/** A Buffer of JavaScript as JSON has it: its client uploads those of predictions alone. */
export const isBuffer = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'type' in input && input.type === 'Buffer';

/** What is as published when it is not said. */
const published = {
  steps: 1000,
  learning_rate: 4e-4,
  batch_size: 1,
  resolution: [512, 768, 1024],
  optimizer: 'adamw8bit',
  weightDecay: 0.01,
  ema: 0.99,
} as const;

const mostSamples = 16;

/** `isTrainer`: under the name of Replicate's trainer. `writesCaptions`: whether this server does. */
export function toTrainingRequest(
  input: TrainingInput,
  { isTrainer, writesCaptions }: { isTrainer: boolean; writesCaptions: boolean },
): TrainingRequest {
  const usual = isTrainer ? published : null;
  const steps = input.steps ?? usual?.steps ?? null;
  return {
    ...unsaidTraining,
    // Empty is said, and means none.
    triggerWord: input.trigger_word,
    steps,
    learningRate: input.learning_rate ?? usual?.learning_rate ?? null,
    batchSize: input.batch_size ?? usual?.batch_size ?? null,
    rank: input.lora_rank,
    resolutions: input.resolution ?? (usual === null ? null : [...usual.resolution]),
    captionDropout: input.caption_dropout_rate,
    optimizer: input.optimizer ?? usual?.optimizer ?? null,
    weightDecay: usual?.weightDecay ?? null,
    ema: usual?.ema ?? null,
    layers: input.layers_to_optimize_regex ?? null,
    checkpointing: input.gradient_checkpointing ? 'on' : 'auto',
    // One version comes of a training, of its last step.
    saveEvery: steps ?? trainingLimits.steps[1],
    samples: samplesOf(input),
    captions: {
      mode: input.autocaption && writesCaptions ? 'endpoint' : 'file',
      text: '',
      prefix: input.autocaption_prefix,
      suffix: input.autocaption_suffix,
    },
  };
}

function samplesOf({ wandb_sample_prompts: prompts }: TrainingInput): TrainingRequest['samples'] {
  const lines = (prompts ?? '').split('\n').map((line) => line.trim());
  const asked = lines.filter((line) => line !== '').slice(0, mostSamples);
  if (asked.length === 0) return null;
  return asked.map((prompt) => ({
    prompt,
    negativePrompt: null,
    width: null,
    height: null,
    steps: null,
    guidanceScale: null,
    seed: null,
  }));
}
