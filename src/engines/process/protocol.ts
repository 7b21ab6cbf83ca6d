/**
 * The words between the server and one engine process.
 *
 * Newline-delimited JSON, UTF-8, one message a line, on two dedicated pipes: the child reads commands on descriptor 3 and
 * writes reports on descriptor 4. Its stdout and stderr are log, whatever a library prints there. No pixels and no weights
 * travel here: images go through files in the job's scratch folder, named in messages.
 *
 * A conversation:
 *   start     ▶ imported         its libraries are imported, or `fatal` when they are not there; it has no device yet
 *             ◀ hello            once; carries the protocol number and the device. May come before `imported`, or long after
 *             ▶ ready            or `fatal` when the numbers differ or the device is not there
 *   a job     ◀ render           one at a time, a second one is refused; the spec is loaded if it is not resident
 *             ▶ unloaded*        pipelines that made room for it
 *             ▶ progress*        phases loading, adapters, encoding, denoising (step of total), decoding, saving
 *             ▶ preview*         when asked for, a small PNG of the latents
 *             ▶ warning*         something the user should know (a LoRA key that fits nothing)
 *             ▶ frame            for each call, when its raw pixels are in a file
 *             ▶ done             or `failed`, or `canceled` after ◀ cancel
 *   training  ◀ train            one job at a time, like a render; goes on from the newest good state in its folder
 *             ▶ stage*           what it is at: loading, caching_text, caching_images, training, sampling, saving
 *             ▶ step*            once a second at most: the updates done, their loss and rate
 *             ▶ checkpoint*      a file of the LoRA is whole; ▶ progress* and ▶ frame* with its step as `epoch` follow where
 *                                samples are rendered from it
 *             ▶ warning*         something that the user should know
 *             ▶ done             or `failed`, or `canceled` after ◀ cancel, or `yielded` after ◀ yield: its state is on disk and
 *                                stays in memory until something needs the room, and the same `train` goes on from it
 *             ◀ save             another checkpoint, after the current step
 *   between   ◀ load ▶ loaded or failed; ◀ unload ▶ unloaded; ◀ ping ▶ pong and ▶ log at any time
 *   end       ◀ shutdown: the process exits 0 after the current step
 *
 * `failed` ends a job and leaves the process in service; `fatal`, a closed pipe or silence ends the process, and the
 * supervisor starts another. golden messages in `protocol/` are read by the tests of both languages.
 */
import { z } from 'zod';
import { enginePlanSchema, safetyCheckerSchema } from '../../render/engine-plan.ts';
import { engineTrainingPlanSchema } from '../engine-training-plan.ts';

export const PROTOCOL = 2;

const job = z.string();
const { pipeline, adapters, calls } = enginePlanSchema.shape;

export const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    protocol: z.int(),
    /** `cuda`, `cuda:1`, `mps`, `cpu`, or `auto` for the best there is. */
    device: z.string(),
    /** Pipelines kept in memory at once; 0: as many as fit. */
    max_resident: z.int().min(0),
    /** Bytes of host memory for parsed adapters. */
    adapter_cache_bytes: z.int(),
    /** Bytes of host memory that it may take, where others take the rest; null: all there is. */
    host_bytes: z.int().nullable(),
    /** Threads to compute with; null: as many as torch chooses. */
    threads: z.int().nullable(),
  }),
  z.strictObject({ type: z.literal('load'), job, pipeline, key: z.string() }),
  z.strictObject({
    type: z.literal('render'),
    job,
    pipeline,
    /** Name of `pipeline` in memory. */
    key: z.string(),
    adapters,
    calls,
    /** Existing folder that the engine writes into. */
    scratch: z.string(),
    /** A preview every so many steps; 0 for none. */
    preview_every: z.int().min(0),
    /** Absent: pictures are not checked. No frame is reported for those that it flags. */
    safety_checker: safetyCheckerSchema.exactOptional(),
  }),
  z.strictObject({
    type: z.literal('train'),
    job,
    /** Name of the plan's pipeline in memory. */
    key: z.string(),
    plan: engineTrainingPlanSchema,
    /** Existing folder that states and files of the LoRA are written to; it outlives the process. */
    folder: z.string(),
    /** Steps whose checkpoints the server has. */
    done_epochs: z.array(z.int()),
    /** Folder of encoded texts and pictures, shared by all trainings, and the bytes that it may take. */
    cache: z.strictObject({ folder: z.string(), bytes: z.number().min(0) }),
    /** Existing folder for the frames of samples. */
    scratch: z.string(),
  }),
  z.strictObject({ type: z.literal('yield'), job }),
  z.strictObject({ type: z.literal('save'), job }),
  z.strictObject({ type: z.literal('cancel'), job }),
  z.strictObject({ type: z.literal('unload'), key: z.string().nullable() }),
  z.strictObject({ type: z.literal('ping'), id: z.int() }),
  z.strictObject({ type: z.literal('shutdown') }),
]);

const phaseSchema = z.enum([
  'downloading',
  'loading',
  'adapters',
  'encoding',
  'denoising',
  'decoding',
  'saving',
]);

const trainingStageSchema = z.enum([
  'loading',
  'caching_text',
  'caching_images',
  'training',
  'sampling',
  'saving',
]);

const memory = z.strictObject({
  /** Bytes on the device, or of the process on a CPU. */
  used_bytes: z.int(),
  total_bytes: z.int(),
  peak_bytes: z.int(),
});

export const reportSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('imported'), pid: z.int() }),
  z.strictObject({
    type: z.literal('ready'),
    protocol: z.int(),
    pid: z.int(),
    versions: z.record(z.string(), z.string()),
    device: z.strictObject({ type: z.string(), name: z.string(), dtype: z.string() }),
    memory,
  }),
  z.strictObject({
    type: z.literal('progress'),
    job,
    /** Prompt index; null while nothing of a prompt runs (loading). */
    call: z.int().nullable(),
    phase: phaseSchema,
    step: z.int(),
    total: z.int(),
  }),
  z.strictObject({
    type: z.literal('preview'),
    job,
    call: z.int(),
    step: z.int(),
    file: z.string(),
    width: z.int(),
    height: z.int(),
  }),
  z.strictObject({
    type: z.literal('warning'),
    job,
    /** Where it is about a text of a call, what is to be said of that text: `is too long: …`. */
    message: z.string(),
    about: z
      .strictObject({ call: z.int(), text: z.enum(['prompt', 'negative_prompt']) })
      .nullable()
      .default(null),
  }),
  z.strictObject({
    type: z.literal('frame'),
    job,
    call: z.int(),
    /** Raw RGB, 8 bits a channel, rows top down, frames one after the other: frames * height * width * 3 bytes. */
    file: z.string(),
    width: z.int(),
    height: z.int(),
    frames: z.int(),
    /** Raw 16-bit little-endian interleaved samples next to the frames, where the model makes sound. */
    audio: z.strictObject({ file: z.string(), rate: z.int(), channels: z.int() }).nullable(),
    seconds: z.number(),
    /** Of a training's sample: the step of the checkpoint that it shows, 0 for the model as it was. */
    epoch: z.int().exactOptional(),
  }),
  z.strictObject({
    type: z.literal('stage'),
    job,
    stage: trainingStageSchema,
    /** Texts, pictures, updates, samples or files done, of all. */
    step: z.int(),
    total: z.int(),
  }),
  z.strictObject({
    type: z.literal('step'),
    job,
    /** Updates done, of all. */
    step: z.int(),
    total: z.int(),
    /** Mean since the last report. */
    loss: z.number(),
    lr: z.number(),
    /** Of one update, the mean since the last report. */
    seconds: z.number(),
  }),
  z.strictObject({
    type: z.literal('checkpoint'),
    job,
    step: z.int(),
    /** Mean of the updates since the checkpoint before; null when none was made. */
    loss: z.number().nullable(),
    files: z.array(z.strictObject({ part: z.enum(['main', 'high', 'low']), file: z.string() })).min(1),
  }),
  z.strictObject({ type: z.literal('yielded'), job, step: z.int() }),
  z.strictObject({
    type: z.literal('done'),
    job,
    timings: z.strictObject({
      load_seconds: z.number(),
      adapters_seconds: z.number(),
      render_seconds: z.number(),
    }),
    /** Since the process started: base checkpoints read from disk, and adapter sets merged. */
    loads: z.int(),
    merges: z.int(),
    memory,
  }),
  z.strictObject({
    type: z.literal('failed'),
    job,
    code: z.enum([
      'MODEL_FILES_MISSING',
      'MODEL_LOAD_FAILED',
      'MODEL_TOO_LARGE',
      'LORA_INVALID',
      'LORA_INCOMPATIBLE',
      'OUT_OF_MEMORY',
      'RENDER_FAILED',
      'DATASET_INVALID',
      'TRAINING_DIVERGED',
      'TRAINING_FAILED',
      'STORAGE_FULL',
    ]),
    message: z.string(),
    retryable: z.boolean(),
  }),
  z.strictObject({ type: z.literal('canceled'), job }),
  z.strictObject({ type: z.literal('loaded'), job, key: z.string(), seconds: z.number() }),
  z.strictObject({ type: z.literal('unloaded'), keys: z.array(z.string()), memory }),
  z.strictObject({
    type: z.literal('pong'),
    id: z.int(),
    /** Null before the process has a device. */
    memory: memory.nullable(),
  }),
  z.strictObject({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warning', 'error']),
    message: z.string(),
  }),
  z.strictObject({ type: z.literal('fatal'), message: z.string() }),
]);

export type Command = z.infer<typeof commandSchema>;
export type Report = z.infer<typeof reportSchema>;
export type RenderCommand = Extract<Command, { type: 'render' }>;
export type TrainCommand = Extract<Command, { type: 'train' }>;
