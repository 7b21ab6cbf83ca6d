/**
 * The shape of a catalog entry: everything that is particular to one model id, as data.
 *
 * Adding a model: copy the nearest file in `models/`, name it after the id, change what differs. Nothing else: the index
 * reads the folder, and `/v1/models`, the docs, request checking, the plan and the tests are made from the entry. Facts
 * that several ids share sit in `families/<family>.ts` and are spread in.
 */
import { z } from 'zod';
import { trainingSchema } from './define-training.ts';

const json: z.ZodType<string | number | boolean | null> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
]);
const jsonRecord = z.record(z.string(), z.union([json, z.array(json)]));

/** Where weights come from: a Hugging Face repository, looked for in the package and in CHECKPOINTS_PATH first. */
export const checkpointSchema = z.strictObject({
  /** `owner/name` on the hub, and the folder under CHECKPOINTS_PATH. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** Commit, tag or branch on the hub. */
  revision: z.string().default('main'),
  /** File variant, such as `fp16`, tried first; plain files are taken where the variant is absent. */
  variant: z.string().optional(),
  /** Folder inside this package that holds the checkpoint. Only the demo has one. */
  bundled: z.string().optional(),
  /** Whether the hub asks for an accepted licence and a token. */
  gated: z.boolean().default(false),
  licence: z.string(),
});

/** A component loaded from elsewhere than `<checkpoint>/<component>`. `null` leaves an optional one out. */
export const componentSchema = z.strictObject({
  repository: z.string(),
  revision: z.string().default('main'),
  subfolder: z.string().default(''),
  /** One original-format file instead of a folder; loaded with `from_single_file`. */
  file: z.string().optional(),
  /** Python library and class, such as `diffusers` and `AutoencoderKL`; `darkroom`: ours, see `loading.py`. */
  library: z.enum(['diffusers', 'transformers', 'darkroom']),
  class: z.string(),
});

const schedulerSchema = z.strictObject({
  /** Of diffusers, or ours of `darkroom_engine/schedulers.py`. */
  class: z.string(),
  config: jsonRecord,
  /** `checkpoint` keeps the checkpoint's config under ours. */
  base: z.enum(['checkpoint', 'none']).default('none'),
});

export const pipelineSchema = z.strictObject({
  /** diffusers pipeline class. */
  class: z.string(),
  /** Class to use instead when the call has a control image (a model whose control image is optional). */
  class_with_control: z.string().optional(),
  /** Module under `darkroom_engine/pipelines/` for a call shape that data cannot express. */
  module: z.string().optional(),
  components: z.record(z.string(), componentSchema.nullable()).default({}),
  /**
   * Every part is one of `components`, for checkpoints that come as single files: there is no `model_index.json`, and of
   * `checkpoint` only the `config.json` of each single file is read.
   */
  assembled: z.boolean().default(false),
  /**
   * Components that the trainer casts with `.to(dtype)` once they are read. `from_pretrained` leaves some layers and all
   * computed buffers in float32, such as the rotary frequencies of a language model; these are rounded with the rest.
   */
  cast_whole: z.array(z.string()).default([]),
  /** Scheduler of the trainer where it is not the one of the checkpoint. */
  scheduler: schedulerSchema.optional(),
  /**
   * Schedulers by the names that the trainer's `sampler` has for them, where its previews honour it. Without this field
   * there is one sampler, flow matching.
   */
  samplers: z.record(z.string(), schedulerSchema).optional(),
  /**
   * Sigmas given to the pipeline instead of its own. `linear_1_to_1_over_n`: numpy.linspace(1, 1/n, n).
   * `shifted_by_area`: BFL's schedule for FLUX.2, whose time shift grows with the picture's area (`darkroom_engine/sigmas.py`).
   */
  sigmas: z.enum(['linear_1_to_1_over_n', 'shifted_by_area']).optional(),
  /**
   * What renders a request of which a prompt asks for `"resolution": "High"`: another class with components beside those
   * above. Its calls get `resolution`. Without this field there is no such mode.
   */
  high: z
    .strictObject({
      class: z.string(),
      module: z.string(),
      components: z.record(z.string(), componentSchema),
    })
    .optional(),
});

/**
 * The pipeline's own names of our parameters. `null`: the pipeline does not take it. A parameter that maps to nothing is
 * named in `warnings` when a request sets it.
 */
export const argumentNamesSchema = z.strictObject({
  prompt: z.string().default('prompt'),
  negative_prompt: z.string().nullable().default(null),
  /** What a second text encoder reads in place of the negative prompt. */
  second_negative_prompt: z.string().nullable().default(null),
  guidance_scale: z.string().nullable().default('guidance_scale'),
  guidance_rescale: z.string().nullable().default(null),
  sample_steps: z.string().default('num_inference_steps'),
  width: z.string().nullable().default('width'),
  height: z.string().nullable().default('height'),
  num_frames: z.string().nullable().default(null),
  fps: z.string().nullable().default(null),
  control_images: z.string().nullable().default(null),
  /** What a control image is for, where it may be for several things. */
  control_index: z.string().nullable().default(null),
});

export const guidanceSchema = z.strictObject({
  /** `embedded`: distilled into the model; `cfg`: two passes; `none`: the model ignores it. */
  kind: z.enum(['embedded', 'cfg', 'none']),
  /** Whether a negative prompt changes the picture. */
  negative_prompt: z.boolean(),
  /** The pipeline gets max(minimum, guidance_scale + offset): for pipelines that count guidance from another zero. */
  offset: z.number().default(0),
  minimum: z.number().default(0),
});

export const controlImagesSchema = z.strictObject({
  minimum: z.int().min(0).default(0),
  maximum: z.int().min(0).default(0),
  /** `one`: the argument is one image; `list`: always a list. */
  passed_as: z.enum(['one', 'list']).default('one'),
  /** Whether the model reads what of a picture is transparent. */
  alpha: z.boolean().default(false),
  /** Pictures with a shorter side in pixels are refused: the pipeline would fail on them. */
  minimum_side: z.int().min(1).default(1),
  /** So are those whose longer side is more than this many times the shorter. */
  maximum_aspect: z.number().min(1).optional(),
  /** What is done before the call. `stretch`: to the output size, ignoring aspect, as PIL's resize. */
  resize: z
    .strictObject({
      mode: z.enum(['stretch', 'none']),
      filter: z.enum(['bilinear', 'lanczos', 'bicubic']),
      /** The asked size is floored to a multiple of this; without it to the output's. The pipeline floors further. */
      divisor: z.int().min(1).optional(),
    })
    .default({
      mode: 'none',
      filter: 'lanczos',
    }),
});

/**
 * Making a picture of another one: a pipeline class that is put over the components of the loaded pipeline, so that it costs no
 * memory and has the same LoRAs, and what its call takes beside what every call of the model does.
 */
const abilityShape = {
  class: z.string(),
  /** Module under `darkroom_engine/pipelines/` that has the class; without it diffusers has. */
  module: z.string().optional(),
  /** Arguments that it does not take, or has other names for, than `arguments` says. */
  arguments: z
    .strictObject({
      width: z.string().nullable().exactOptional(),
      height: z.string().nullable().exactOptional(),
      control_images: z.string().nullable().exactOptional(),
    })
    .default({}),
  /** Its name of the picture. */
  image: z.string().default('image'),
  /** Its name of the share of the noise that the picture is given, 0 to 1. */
  strength: z.string().default('strength'),
  /** More pixels than this are refused: the pipeline would make a smaller picture. */
  maximum_area: z.int().optional(),
};

export const abilitiesSchema = z.strictObject({
  image_to_image: z.strictObject(abilityShape).optional(),
  /** `mask`: its name of the picture that is white where the other is painted anew. */
  inpainting: z.strictObject({ ...abilityShape, mask: z.string().default('mask_image') }).optional(),
});

/** What the trainer's interface fills in for a new job (its ui/src/app/jobs/new/options.tsx, jobConfig.ts, defaultSamples.ts). */
export const trainerInterfaceSchema = z.strictObject({
  sample_steps: z.int().default(30),
  guidance_scale: z.number().default(4),
  width: z.int().default(1024),
  height: z.int().default(1024),
  num_frames: z.int().default(1),
  fps: z.int().default(1),
  /** Weights of the denoiser in 8 bits, its LoRA computed beside them. */
  quantize: z.boolean().default(true),
  /** Its low-memory preset, of which only tiles change previews. */
  low_vram: z.boolean().default(false),
});

export const tiledDecodingSchema = z.strictObject({
  /** `call`: control images are read in tiles too. */
  covers: z.enum(['decoding', 'call']).default('decoding'),
  /** Tiles of so many frames. Absent: tiles of pixels, of the size that diffusers gives them. */
  frames: z.strictObject({ size: z.int().min(1), stride: z.int().min(1) }).optional(),
});

/** A switch of the request that changes what the model computes: it must stand as it stood when a LoRA was trained. */
export const optionSchema = z.strictObject({
  /** The pipeline's own name of it. */
  argument: z.string(),
  /** What holds when the request does not say. */
  default: z.boolean(),
});

/** How LoRA files of this family look. See `loras/` for how the fields are used. */
export const loraSchema = z.strictObject({
  /** Families whose files fit this model, best first. Names are those of `catalog/families/`. */
  families: z.array(z.string()).min(1),
  /** Components a file may change. The first is the denoiser: keys without a component prefix belong to it. */
  targets: z.array(z.string()).min(1),
  /** Components of the high- and low-noise side of a mixture of experts. */
  experts: z.strictObject({ high: z.string(), low: z.string() }).optional(),
});

export const modelSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9_.]+$/),
  label: z.string(),
  family: z.string(),
  /** Id of the model that was distilled from it to a few steps and renders its LoRAs. */
  distilled: z.string().optional(),
  task: z.enum(['text_to_image', 'image_editing', 'text_to_video', 'image_to_video']),
  /** One or two sentences for people choosing a model. */
  description: z.string(),
  checkpoint: checkpointSchema,
  pipeline: pipelineSchema,
  defaults: z.strictObject({
    sample_steps: z.int().min(1).max(150),
    guidance_scale: z.number().min(0).max(20),
    width: z.int().default(1024),
    height: z.int().default(1024),
    seed: z.int().default(42),
    negative_prompt: z.string().default(''),
    num_frames: z.int().default(1),
    fps: z.int().nullable().default(null),
  }),
  /** Fewer steps are refused: the scheduler cannot make a schedule of them. */
  minimum_steps: z.int().min(1).default(1),
  size: z.strictObject({
    /** Both sides are floored to a multiple of this. */
    divisor: z.int().min(1),
    /** Every picture has about this many pixels: width and height are scaled to it, so that they give the shape only. */
    area: z.int().optional(),
    /** More pixels than this are refused. */
    maximum_area: z.int().optional(),
    /**
     * Frame counts become step * n + offset. `beyond_offset`: floored to that grid; `count`: the count itself is floored to
     * whole steps and the offset added, as some pipelines do, so that 8 becomes 9 on 4 * n + 1.
     */
    frames: z
      .strictObject({
        step: z.int(),
        offset: z.int(),
        floored: z.enum(['beyond_offset', 'count']).default('beyond_offset'),
        /** A single frame can be asked for too: the model was trained on pictures, and makes one. */
        still: z.boolean().default(false),
      })
      .optional(),
  }),
  arguments: argumentNamesSchema.prefault({}),
  /** Keyword arguments that every call gets as they are. */
  constants: jsonRecord.default({}),
  /** Keyword arguments computed from the request: `area` is width * height. */
  computed: z.record(z.string(), z.enum(['area'])).default({}),
  /** Switches of the request that this model has. One that it has not is named in `warnings` when a request sets it. */
  options: z
    .strictObject({
      kv_cache: optionSchema.optional(),
      match_target_res: optionSchema.optional(),
      do_cfg_norm: optionSchema.optional(),
    })
    .default({}),
  guidance: guidanceSchema,
  /**
   * How the trainer's previews decode in tiles with `low_vram: true` in the training config. Absent: they never do, and neither
   * does Darkroom.
   */
  tiled_decoding: tiledDecodingSchema.optional(),
  control_images: controlImagesSchema.prefault({}),
  /** What it can make of a picture to begin with. Empty: it makes pictures of words, or of control images. */
  abilities: abilitiesSchema.default({}),
  lora: loraSchema,
  /** Absent: it cannot be trained. */
  training: trainingSchema.optional(),
  output: z.strictObject({
    kind: z.enum(['image', 'video']),
    audio: z.boolean().default(false),
    /** The model makes `defaults.fps` frames a second and knows no other rate. */
    fixed_fps: z.boolean().default(false),
  }),
  /** Null: the trainer does not have the model. */
  trainer_interface: trainerInterfaceSchema.nullable().prefault({}),
  /** Memory for weights and one default render in bf16 without offload, in GiB. An estimate, checked before loading. */
  memory_gib: z.number().positive(),
  /** Where Darkroom and the reference server render differently on purpose, for the docs page. */
  differs: z.array(z.string()).default([]),
  /** Other things a user should know, for the docs page. */
  notes: z.array(z.string()).default([]),
});

export type ModelEntry = z.output<typeof modelSchema>;
export type ModelDefinition = z.input<typeof modelSchema>;

/** Check an entry and fill in its defaults. Throws a ZodError that names the field, so a bad entry cannot start a server. */
export function defineModel(definition: ModelDefinition): ModelEntry {
  return modelSchema.parse(definition);
}
