/**
 * A training plan on the machine that trains: with a path for every file and with how this machine holds weights. It is all that
 * the engine is told, and is stored nowhere. `src/training/training-plan.ts` is what it is made from.
 */
import { z } from 'zod';
import { optimizerSchema, timestepsSchema, trainingMethodSchema } from '../catalog/define-training.ts';
import { enginePlanSchema } from '../render/engine-plan.ts';
import { seedSchema } from '../render/seed.ts';

/** How a LoRA is trained, whatever the model: every default filled in. */
export const trainingSettingsSchema = z.strictObject({
  /** Updates of the weights in all. */
  steps: z.int().min(1),
  learning_rate: z.number().positive(),
  /** Pictures of one pass. */
  batch_size: z.int().min(1),
  /** Passes of one update. */
  accumulation: z.int().min(1),
  rank: z.int().min(1),
  /** The LoRA counts alpha / rank times. Files in PEFT's spelling name no alpha, and are trained with alpha = rank. */
  alpha: z.number().positive(),
  /** Every picture is trained once at each: the side of a square of as many pixels. */
  resolutions: z.array(z.int().min(1)).min(1),
  /** Stands for `[trigger]` in captions, and in front of those without it. */
  trigger: z.string().nullable(),
  /** Share of captions that are left out: the trigger word stands alone then, or nothing. */
  caption_dropout: z.number().min(0).max(1),
  /** Parts of a caption between commas change places, but for the first `kept` of them. */
  shuffle: z.strictObject({ kept: z.int().min(0) }).nullable(),
  /** Half of the pictures are mirrored. */
  flip: z.boolean(),
  optimizer: optimizerSchema,
  weight_decay: z.number().min(0),
  /** Decay of the running mean that files are written from; null: files hold the weights themselves. */
  ema: z.number().gt(0).lt(1).nullable(),
  lr_scheduler: z.enum(['constant', 'constant_with_warmup', 'linear', 'cosine', 'polynomial']),
  warmup_steps: z.int().min(0),
  timesteps: timestepsSchema,
  /** `content` draws more of the noisy times, `style` more of the clear ones, as the trainer's `content_or_style`. */
  timestep_bias: z.enum(['balanced', 'content', 'style']),
  /** For `objective: epsilon`. */
  min_snr_gamma: z.number().positive().nullable(),
  /** Layers whose dotted name contains one of these are trained, out of those that the model's method names. */
  include: z.array(z.string()).min(1).nullable(),
  exclude: z.array(z.string()),
  /** A Python regular expression that must be found in the dotted name of a layer. */
  layers: z.string().nullable(),
  seed: seedSchema,
  /** Whether activations are computed twice to save memory. */
  checkpointing: z.enum(['auto', 'on', 'off']),
  /**
   * Every update also holds the model to what it made without the LoRA. `class`: for the same captions, with `prompt` in place of
   * the trigger word; `blank`: for no text. `weight` is that of this part of the loss.
   */
  preserve: z
    .strictObject({ kind: z.enum(['class', 'blank']), prompt: z.string(), weight: z.number().positive() })
    .nullable(),
  /** Steps after which a file of the LoRA is written, ascending. The last one is always among them. */
  save_steps: z.array(z.int().min(1)).min(1),
  /** Steps after which the calls of `samples` are rendered; 0: before training. */
  sample_steps: z.array(z.int().min(0)),
  /** Training state is written at least this often. */
  state_seconds: z.number().positive(),
});

export type TrainingSettings = z.infer<typeof trainingSettingsSchema>;

const { pipeline, calls } = enginePlanSchema.shape;

export const engineTrainingPlanSchema = z.strictObject({
  pipeline,
  method: z.strictObject({
    ...trainingMethodSchema.shape,
    /** Folder of `adapter`'s repository on this machine outside the hub cache, or null. */
    adapter_path: z.string().nullable(),
  }),
  settings: trainingSettingsSchema,
  /** Goes into the file's metadata, and names it: `<name>_000000250.safetensors`. */
  name: z.string(),
  items: z
    .array(
      z.strictObject({
        /** Absolute path of a plain PNG, JPEG or WebP. */
        file: z.string(),
        sha256: z.string(),
        /** What errors call it. */
        label: z.string(),
        caption: z.string(),
        /** Control pictures of a pair, in the order in which the model takes them. */
        controls: z.array(z.strictObject({ file: z.string(), sha256: z.string() })),
        /** How often it comes in one round through the set. */
        repeats: z.int().min(1),
      }),
    )
    .min(1),
  /** Calls that show how far the LoRA is, made by `src/render/build-plan.ts` as those of a render are. */
  samples: calls,
  /** Strength of the LoRA in samples. */
  sample_scale: z.number(),
});
export type EngineTrainingPlan = z.infer<typeof engineTrainingPlanSchema>;
