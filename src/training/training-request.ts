/**
 * What every dialect parses its own words for a training into, and what is stored of it. `null` means that the client did not
 * say: the default of the model holds. Values are in range; whether the model can use them is settled in `settle-training.ts`.
 */
import { z } from 'zod';
import { optimizerSchema, timestepsSchema } from '../catalog/define-training.ts';
import { seedSchema } from '../render/seed.ts';

export const trainingLimits = {
  steps: [1, 40_000],
  batchSize: [1, 16],
  accumulation: [1, 64],
  rank: [1, 256],
  side: [64, 4096],
  keep: [1, 1000],
} as const satisfies Record<string, readonly [least: number, most: number]>;

const schedulers = ['constant', 'constant_with_warmup', 'linear', 'cosine', 'polynomial'] as const;
const biases = ['balanced', 'content', 'style'] as const;
const checkpointings = ['auto', 'on', 'off'] as const;
export const captionModes = ['file', 'template', 'endpoint', 'none'] as const;
/** Who trains: Darkroom itself, or a checkout of ostris/ai-toolkit. */
export const trainingEngines = ['builtin', 'ai-toolkit'] as const;

/** A preview that is rendered with each epoch. */
const samplePromptSchema = z.strictObject({
  prompt: z.string(),
  negativePrompt: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  steps: z.int().nullable(),
  guidanceScale: z.number().nullable(),
  seed: seedSchema.nullable(),
});
export type SamplePrompt = z.infer<typeof samplePromptSchema>;

export const trainingRequestSchema = z.strictObject({
  engine: z.enum(['auto', ...trainingEngines]),
  triggerWord: z.string().nullable(),
  steps: z.int().nullable(),
  learningRate: z.number().nullable(),
  batchSize: z.int().nullable(),
  accumulation: z.int().nullable(),
  rank: z.int().nullable(),
  alpha: z.number().nullable(),
  resolutions: z.array(z.int()).nullable(),
  captionDropout: z.number().nullable(),
  /** Keep the first parts of captions and mix the others. */
  shuffleKept: z.int().nullable(),
  flip: z.boolean().nullable(),
  optimizer: optimizerSchema.nullable(),
  weightDecay: z.number().nullable(),
  /** Decay of the running mean of the weights; 0 is none. */
  ema: z.number().nullable(),
  lrScheduler: z.enum(schedulers).nullable(),
  warmupSteps: z.int().nullable(),
  timesteps: timestepsSchema.nullable(),
  timestepBias: z.enum(biases).nullable(),
  minSnrGamma: z.number().nullable(),
  /** Parts of layer names. */
  include: z.array(z.string()).nullable(),
  exclude: z.array(z.string()).nullable(),
  /** A regular expression for names of layers. */
  layers: z.string().nullable(),
  seed: seedSchema.nullable(),
  checkpointing: z.enum(checkpointings).nullable(),
  preserve: z.enum(['none', 'class', 'blank']).nullable(),
  /** What stands for the trigger word where `preserve` is `class`, such as `person`. */
  preserveClass: z.string().nullable(),
  saveEvery: z.int().nullable(),
  /** Epochs that stay, the newest ones; those before make room. Null: all. */
  keep: z.int().min(1).nullable().default(null),
  /** Null: made of captions of the set. Empty: none. */
  samples: z.array(samplePromptSchema).nullable(),
  /** Of the first sample; those after it count up. */
  sampleSeed: seedSchema.nullable(),
  /** Null: as often as epochs are saved. */
  sampleEvery: z.int().nullable(),
  captions: z.strictObject({
    /**
     * `file`: those of the set. `template`: `text` for all. `endpoint`: those of the set, and for pictures without one what the
     * endpoint of CAPTION_URL writes, `text` being what it is asked. `none`: the trigger word alone.
     */
    mode: z.enum(captionModes),
    text: z.string(),
    /** What captions of the endpoint begin and end with. */
    prefix: z.string().default(''),
    suffix: z.string().default(''),
  }),
});
export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** Nothing said: what a dialect puts its own words over. */
export const unsaidTraining: TrainingRequest = {
  engine: 'auto',
  triggerWord: null,
  steps: null,
  learningRate: null,
  batchSize: null,
  accumulation: null,
  rank: null,
  alpha: null,
  resolutions: null,
  captionDropout: null,
  shuffleKept: null,
  flip: null,
  optimizer: null,
  weightDecay: null,
  ema: null,
  lrScheduler: null,
  warmupSteps: null,
  timesteps: null,
  timestepBias: null,
  minSnrGamma: null,
  include: null,
  exclude: null,
  layers: null,
  seed: null,
  checkpointing: null,
  preserve: null,
  preserveClass: null,
  saveEvery: null,
  keep: null,
  samples: null,
  sampleSeed: null,
  sampleEvery: null,
  captions: { mode: 'file', text: '', prefix: '', suffix: '' },
};
