/**
 * A RenderPlan is a request made exact: plain JSON, with every default filled in, every size snapped and every seed drawn. It is
 * stored with the job and means the same on every machine: a checkpoint is a repository and a revision, a LoRA and a control
 * picture the SHA-256 of a file. `engine-plan.ts` is what becomes of it where it is rendered.
 *
 * Each call stands alone, so that calls can be batched or split without changing what they mean.
 *
 * Versions up to 0.1 stored paths beside the identities, and how weights are held. What is not named here is left out when a
 * plan is read.
 */
import path from 'node:path';
import { z } from 'zod';
import { seedSchema } from './seed.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const argument = z.union([scalar, z.array(scalar)]);
export type Argument = z.infer<typeof argument>;

export const componentSourceSchema = z.object({
  repository: z.string(),
  revision: z.string(),
  subfolder: z.string(),
  file: z.string().nullable(),
  library: z.string(),
  class: z.string(),
});

const schedulerSpec = z.strictObject({
  class: z.string(),
  config: z.record(z.string(), argument),
  base: z.enum(['checkpoint', 'none']),
});

/** What pipeline is loaded. Two plans with equal specs wait in one queue and share one resident pipeline. */
export const pipelineSpecSchema = z.object({
  model: z.string(),
  class: z.string(),
  module: z.string().nullable(),
  repository: z.string(),
  revision: z.string(),
  variant: z.string().nullable(),
  components: z.record(z.string(), componentSourceSchema.nullable()),
  scheduler: schedulerSpec.nullable(),
  /** Every part is one of `components`: there is no index, and of the repository only configurations are read. */
  assembled: z.boolean().exactOptional(),
  /** Components whose layers and buffers are all brought to `dtype`, those too that the libraries keep in float32. */
  cast_whole: z.array(z.string()).exactOptional(),
});

const loraSourceSchema = z.strictObject({
  /** As asked, before redirects; no token but what the client wrote into it. */
  url: z.string(),
  /** What the host gave with the header that was checked (ETag or date); null when it gives nothing of the kind. */
  version: z.string().nullable(),
});
export type LoraSource = z.infer<typeof loraSourceSchema>;

const strengthSchema = z.strictObject({
  others: z.number(),
  /** By the name of one of a module's tensors. */
  tensors: z.record(z.string(), z.number()),
});
/** What low-rank changes without an alpha of their own are multiplied by: those of named modules, and all others. */
export type Strength = z.infer<typeof strengthSchema>;

export const adapterSchema = z.object({
  /** What the client called it. */
  name: z.string(),
  /** Of the file. Null until it has been downloaded, where its host tells none. */
  sha256: z
    .string()
    .nullable()
    .transform((hash) => (hash === '' ? null : hash)),
  /** Where a machine that has not the file gets it. */
  source: loraSourceSchema.exactOptional(),
  /** Component that takes keys without a component prefix of their own. */
  component: z.string(),
  scale: z.number(),
  /** Says how its names are read. */
  family: z.string().exactOptional(),
  /** Components that it may change. */
  targets: z.array(z.string()).exactOptional(),
  /** Absent: 1 throughout. */
  strength: strengthSchema.exactOptional(),
  /** Keys that the client has been told are ignored; the engine warns when it has to leave out more. */
  ignored: z.int().exactOptional(),
});

/**
 * One argument that takes pictures. The engine opens each with PIL and, where `resize` is given, calls `Image.resize` with that
 * size and filter: resampling has to be PIL's own to match the trainer.
 */
export const imageArgumentSchema = z.object({
  /** SHA-256 of plain PNGs, in hex. */
  pictures: z.array(z.string()).min(1),
  /** Keep what is transparent: the pipeline reads it. */
  alpha: z.literal(true).exactOptional(),
  /** Pass a list even when there is one file. */
  list: z.boolean(),
  resize: z
    .strictObject({
      width: z.int(),
      height: z.int(),
      filter: z.enum(['bilinear', 'bicubic', 'lanczos', 'nearest']),
    })
    .nullable(),
});

const olderImageArgument = z.looseObject({ files: z.array(z.string()) });

/** Versions up to 0.1 named pictures by their files, which were named after their hashes. */
function picturesOfOlder(stored: unknown): unknown {
  const older = olderImageArgument.safeParse(stored);
  if (!older.success) return stored;
  const { files, ...rest } = older.data;
  return { ...rest, pictures: files.map((file) => path.parse(file).name) };
}

/** How the VAE works in tiles: of so many frames, or of pixels where `frames` is null. */
const tilingSchema = z.strictObject({
  /** `call`: when it reads control images too. */
  covers: z.enum(['decoding', 'call']),
  frames: z.strictObject({ size: z.int(), stride: z.int() }).nullable(),
});

export const callSchema = z.strictObject({
  /** Position of the prompt in the request. */
  index: z.int(),
  /** Keyword arguments of the pipeline's `__call__`, under the pipeline's own names. */
  arguments: z.record(z.string(), argument),
  /** Pictures per keyword argument of the pipeline. */
  images: z.record(z.string(), z.preprocess(picturesOfOlder, imageArgumentSchema)),
  /** Seed of a CPU `torch.Generator`. */
  seed: seedSchema,
  /** Strength of each adapter for this call alone, in their order. Absent: that of the adapters. */
  scales: z.array(z.number()).exactOptional(),
  /** Absent: the VAE works on whole pictures. */
  tiling: tilingSchema.exactOptional(),
  /** Class that is called in the place of the loaded pipeline, over its components. */
  pipeline: z.strictObject({ class: z.string(), module: z.string().nullable() }).exactOptional(),
  steps: z.int(),
  sigmas: z.enum(['linear_1_to_1_over_n', 'shifted_by_area']).nullable(),
  /** In the place of the pipeline's own, for a prompt that names its sampler. */
  scheduler: schedulerSpec.exactOptional(),
  width: z.int(),
  height: z.int(),
  output: z.enum(['image', 'video']),
  /** The prompt as rendered, trigger words filled in, and what it was made with: stored in the file's metadata. */
  prompt: z.string(),
  negative_prompt: z.string().nullable(),
  guidance_scale: z.number(),
  num_frames: z.int(),
  fps: z.int().nullable(),
});

export const renderPlanSchema = z.strictObject({
  pipeline: pipelineSpecSchema,
  adapters: z.array(adapterSchema),
  calls: z.array(callSchema).min(1),
  /** Pictures are looked at by the safety checker of the machine that renders them. */
  safety_check: z.literal(true).exactOptional(),
});

export type PipelineSpec = z.infer<typeof pipelineSpecSchema>;
export type Adapter = z.infer<typeof adapterSchema>;
export type Call = z.infer<typeof callSchema>;
export type RenderPlan = z.infer<typeof renderPlanSchema>;
