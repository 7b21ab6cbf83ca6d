/**
 * How a model is trained, as data: what Darkroom's own engine has to know to train a LoRA as ostris/ai-toolkit does, and what
 * ai-toolkit itself calls the model. A model without a `training` block cannot be trained.
 */
import { z } from 'zod';

const optimizers = [
  'adamw',
  'adamw8bit',
  'adam',
  'adam8bit',
  'prodigy',
  'lion',
  'lion8bit',
  'adagrad',
  'adafactor',
] as const;
export const optimizerSchema = z.enum(optimizers);

/**
 * How the time of a sample is drawn. `sigmoid`: the logistic function of a normal number; `linear`: uniform; `weighted`: uniform,
 * each loss times the trainer's weight for its time; `shift`: as the scheduler spreads the steps of a preview; `uniform`: whole
 * steps of a diffusion schedule, for `objective: epsilon`.
 */
export const timestepsSchema = z.enum(['sigmoid', 'linear', 'weighted', 'shift', 'uniform']);

/** What the engine is told of the model beside its pipeline. It goes into every training plan as it stands. */
export const trainingMethodSchema = z.strictObject({
  /** Module of `darkroom_engine/training/families/`: how texts and pictures are encoded, and what the denoiser predicts. */
  module: z.string(),
  /** `flow`: the velocity noise - latents; `epsilon`: the noise, or what the checkpoint's `prediction_type` names. */
  objective: z.enum(['flow', 'epsilon']),
  /** Component that is trained. */
  component: z.enum(['transformer', 'unet']),
  /** Guidance that is fed while training to a model that was distilled with it; null where it takes none or is to do without. */
  guidance: z.number().nullable().default(null),
  /** Sides of pictures are multiples of this. */
  bucket_divisor: z.int().min(1),
  /** A layer is trained when its dotted name contains one of these; without any, all are. */
  blocks: z.array(z.string()).default([]),
  /** Layers whose dotted name contains one of these are left as they are. */
  excludes: z.array(z.string()).default([]),
  /** `peft`: dots, `lora_A` and `lora_B`, no alpha; `kohya`: underscores, `lora_down`, `lora_up` and `alpha`. */
  spelling: z.enum(['peft', 'kohya']),
  /**
   * Family of `protocol/loras/families/` in whose original names the file names layers, and by which `blocks` choose; a layer that
   * is one there is trained as one. Null: diffusers' names.
   */
  names: z.string().nullable().default(null),
  /** What stands before the names of layers in the file. */
  prefix: z.string(),
  /** `ss_base_model_version` of the file. */
  base_version: z.string(),
  /** A LoRA that undoes a distillation: merged while training, out of the way in previews. */
  adapter: z
    .strictObject({ repository: z.string(), revision: z.string().default('main'), file: z.string() })
    .nullable()
    .default(null),
  /** Keyword arguments of the text encoding. */
  text: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

export type TrainingMethod = z.infer<typeof trainingMethodSchema>;

/** What holds where a request for a training does not say. */
const trainingDefaultsSchema = z.strictObject({
  /** Steps for each picture of the set, and the bounds of the whole. */
  steps: z
    .strictObject({
      per_image: z.int().min(1).default(100),
      minimum: z.int().min(1).default(1),
      maximum: z.int().min(1).default(40_000),
    })
    .prefault({}),
  learning_rate: z.number().positive().default(1e-4),
  batch_size: z.int().min(1).max(16).default(1),
  rank: z.int().min(1).max(256).default(16),
  resolutions: z.array(z.int().min(64)).min(1).default([512, 768, 1024]),
  optimizer: optimizerSchema.default('adamw8bit'),
  timesteps: timestepsSchema,
  /**
   * What keeps the model as it was for texts without the trigger word. `class`: the captions with the word of the class in its
   * place, or with none.
   */
  preserve: z.enum(['none', 'class', 'blank']).default('none'),
});

const block = z.record(z.string(), z.json()).default({});

/** What ai-toolkit is told of the model. It goes into every plan of a training that it runs. */
export const toolkitModelSchema = z.strictObject({
  arch: z.string(),
  /** Where it is not the entry's own repository. */
  name_or_path: z.string().optional(),
  /** More of its `model`, `train`, `network` and `datasets` blocks. */
  model: block,
  train: block,
  network: block,
  dataset: block,
});
export type ToolkitModel = z.infer<typeof toolkitModelSchema>;

export const trainingSchema = z.strictObject({
  /** Absent: Darkroom's own engine does not train this model. */
  builtin: trainingMethodSchema.optional(),
  /** Absent: ai-toolkit does not know this model. */
  ai_toolkit: toolkitModelSchema.optional(),
  defaults: trainingDefaultsSchema,
  /** Parts of the names of the layers that carry a likeness. Empty: nobody has found any. */
  likeness: z.array(z.string()).default([]),
  /** Memory for training over `memory_gib`, which is that for a render. */
  memory_factor: z.number().positive().default(1.5),
  /** A LoRA was trained with it on real weights, and its pictures were looked at. */
  proven: z.boolean().default(false),
});
