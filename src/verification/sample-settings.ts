/**
 * What the configuration of an ai-toolkit job says of its previews, with the trainer's own defaults (its SampleConfig and SampleItem in
 * toolkit/config_modules.py).
 */
import { z } from 'zod';

const number = z.coerce.number().refine(Number.isFinite);
const loose = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const text = loose(z.coerce.string());
const negative = loose(z.union([z.literal(false), z.coerce.string()]));

const itemSchema = z.looseObject({
  prompt: text,
  width: loose(number),
  height: loose(number),
  neg: negative,
  seed: loose(number),
  guidance_scale: loose(number),
  sample_steps: loose(number),
  fps: loose(number),
  num_frames: loose(number),
  network_multiplier: loose(number),
  ctrl_img: text,
  ctrl_img_1: text,
  ctrl_img_2: text,
  ctrl_img_3: text,
  ctrl_idx: loose(number),
});

const sampleSchema = z.looseObject({
  sampler: text,
  width: loose(number),
  height: loose(number),
  neg: negative,
  seed: loose(number),
  walk_seed: loose(z.boolean()),
  guidance_scale: loose(number),
  sample_steps: loose(number),
  network_multiplier: loose(number),
  guidance_rescale: loose(number),
  do_cfg_norm: loose(z.boolean()),
  num_frames: loose(number),
  fps: loose(number),
  samples: loose(z.array(itemSchema)),
  prompts: loose(z.array(z.coerce.string())),
});

const processSchema = z.looseObject({
  trigger_word: text,
  sample: loose(sampleSchema),
  first_sample: loose(sampleSchema),
  model: loose(
    z.looseObject({
      quantize: loose(z.boolean()),
      low_vram: loose(z.boolean()),
      dtype: text,
      assistant_lora_path: text,
      refiner_name_or_path: text,
    }),
  ),
  train: loose(
    z.looseObject({ dtype: text, ema_config: loose(z.looseObject({ use_ema: loose(z.boolean()) })) }),
  ),
  save: loose(z.looseObject({ dtype: text })),
  adapter: loose(z.unknown()),
});

const configSchema = z.looseObject({ config: z.looseObject({ process: z.array(processSchema).min(1) }) });

/** One preview, with what it leaves to the block filled in. */
export interface SampleItem {
  prompt: string;
  negativePrompt: string;
  width: number;
  height: number;
  /** Null: that of the block. */
  seed: number | null;
  guidanceScale: number;
  steps: number;
  multiplier: number;
  numFrames: number;
  fps: number;
  /** Paths of control pictures, in order. */
  controls: string[];
  controlIndex: number | null;
}

/** A `sample` block. */
export interface SampleBlock {
  sampler: string;
  seed: number;
  walkSeed: boolean;
  guidanceRescale: number;
  cfgNorm: boolean;
  items: SampleItem[];
}

export interface SampleSettings {
  trigger: string | null;
  block: SampleBlock;
  /** What is shown before the first step, where that is another block. */
  first: SampleBlock | null;
  isQuantized: boolean;
  hasEma: boolean;
  lowVram: boolean;
  hasAdapter: boolean;
  hasRefiner: boolean;
  trainingAdapter: string | null;
  trainDtype: string | null;
  saveDtype: string | null;
}

/** Null for a configuration without previews. */
export function sampleSettings(config: unknown): SampleSettings | null {
  const job = configSchema.safeParse(config).data?.config.process[0];
  const block = job?.sample == null ? null : blockOf(job.sample);
  if (job === undefined || block === null || block.items.length === 0) return null;
  return {
    trigger: job.trigger_word || null,
    block,
    first: job.first_sample == null ? null : blockOf(job.first_sample),
    isQuantized: job.model?.quantize === true,
    hasEma: job.train?.ema_config?.use_ema === true,
    lowVram: job.model?.low_vram === true,
    hasAdapter: job.adapter != null,
    hasRefiner: Boolean(job.model?.refiner_name_or_path),
    trainingAdapter: job.model?.assistant_lora_path || null,
    trainDtype: job.train?.dtype ?? null,
    saveDtype: job.save?.dtype ?? null,
  };
}

function blockOf(sample: z.infer<typeof sampleSchema>): SampleBlock {
  const listed = sample.samples ?? (sample.prompts ?? []).map((prompt) => itemSchema.parse({ prompt }));
  return {
    sampler: sample.sampler ?? 'ddpm',
    seed: sample.seed ?? 0,
    walkSeed: sample.walk_seed ?? false,
    guidanceRescale: sample.guidance_rescale ?? 0,
    cfgNorm: sample.do_cfg_norm ?? false,
    items: listed.filter(({ prompt }) => prompt != null).map((item) => itemOf(item, sample)),
  };
}

function itemOf(item: z.infer<typeof itemSchema>, sample: z.infer<typeof sampleSchema>): SampleItem {
  const { ctrl_img, ctrl_img_1, ctrl_img_2, ctrl_img_3 } = item;
  return {
    prompt: item.prompt ?? '',
    negativePrompt: negativeOf(item.neg ?? sample.neg),
    width: item.width ?? sample.width ?? 512,
    height: item.height ?? sample.height ?? 512,
    seed: item.seed ?? null,
    guidanceScale: item.guidance_scale ?? sample.guidance_scale ?? 7,
    steps: item.sample_steps ?? sample.sample_steps ?? 20,
    multiplier: item.network_multiplier ?? sample.network_multiplier ?? 1,
    numFrames: item.num_frames ?? sample.num_frames ?? 1,
    fps: item.fps ?? sample.fps ?? 16,
    controls: [ctrl_img_1 ?? ctrl_img, ctrl_img_2, ctrl_img_3].flatMap((path) => path || []),
    controlIndex: item.ctrl_idx ?? null,
  };
}

const negativeOf = (neg: string | false | null | undefined): string => (neg === false ? '' : (neg ?? ''));
