import { z } from 'zod';
import { UsageError } from '../../errors/usage-error.ts';
import { trainingLimits } from '../../training/training-request.ts';

type Range = readonly [least: number, most: number];
const count = ([least, most]: Range) => z.coerce.number().int().min(least).max(most);

/** The flags of `darkroom train`, in the ranges that the HTTP API takes. */
export const trainingOptionsSchema = z.object({
  server: z.url().optional(),
  base: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  trigger: z.string().optional(),
  name: z.string().optional(),
  steps: count(trainingLimits.steps).optional(),
  rank: count(trainingLimits.rank).optional(),
  lr: z.coerce.number().positive().max(1).optional(),
  batch: count(trainingLimits.batchSize).optional(),
  resolution: z.array(count(trainingLimits.side)).max(8).optional(),
  saveEvery: count(trainingLimits.steps).optional(),
  keep: count(trainingLimits.keep).optional(),
  sample: z.array(z.string()).max(16).optional(),
  seed: z.coerce.number().int().min(0).optional(),
  pairs: z.string().optional(),
  skipBad: z.boolean().default(false),
  output: z.string().min(1).optional(),
  follow: z.string().min(1).optional(),
  extend: z.string().min(1).optional(),
  cancel: z.string().min(1).optional(),
  json: z.boolean().default(false),
});
export type TrainingOptions = z.output<typeof trainingOptionsSchema>;

/** The body of POST /v1/trainings, without the files. Throws UsageError where there is nothing to train. */
export function trainingBody(options: TrainingOptions, urls: readonly string[]) {
  const { base = null, model = null, name = null, steps = null, rank = null, seed = null } = options;
  const {
    trigger = null,
    lr = null,
    batch = null,
    resolution = null,
    saveEvery = null,
    keep = null,
  } = options;
  const { sample } = options;
  if ((base === null) === (model === null))
    throw new UsageError(
      'Say what to train: --base with a base model such as demo, or --model with a LoRA of the registry.',
    );
  return {
    base,
    model,
    name,
    steps,
    rank,
    seed,
    trigger_word: trigger,
    learning_rate: lr,
    batch_size: batch,
    resolutions: resolution,
    save_every: saveEvery,
    keep,
    skip_bad: options.skipBad,
    ...(sample === undefined ? {} : { samples: { prompts: sample } }),
    ...(urls.length === 0 ? {} : { dataset: [...urls] }),
  };
}
