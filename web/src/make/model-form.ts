/**
 * What a model's form asks for, read from the JSON Schema that the server makes of its catalog entry: `properties` are fields of a
 * request, and `x-…` says of them what JSON Schema has no word for.
 */
import * as z from 'zod/mini';
import type { FrameGrid } from './frames.ts';
import type { SizeRules } from './sizes.ts';

export interface NumberRule {
  name: string;
  label: string;
  default: number;
  minimum: number;
  maximum: number;
  step: number;
}

export interface ControlRules {
  minimum: number;
  maximum: number;
  /** Shortest side that a picture may have, in pixels. */
  side: number;
  /** Longest side by shortest; null: any. */
  aspect: number | null;
}

export interface ModelForm {
  sizes: SizeRules;
  steps: NumberRule;
  /** Null where the model ignores guidance. */
  guidance: NumberRule | null;
  rescale: NumberRule | null;
  /** What stands there by itself; null where a negative prompt does nothing. */
  negative: string | null;
  controls: ControlRules;
  /** For models that make another picture of one. */
  beginning: { mask: boolean; strength: NumberRule } | null;
  video: { frames: NumberRule; grid: FrameGrid; fps: NumberRule | null; rate: number } | null;
  samplers: readonly string[];
  /** Whether it can render at twice the size. */
  high: boolean;
  switches: readonly { name: string; default: boolean }[];
  lora: { sides: boolean; most: number };
}

const fieldSchema = z.object({
  title: z.optional(z.string()),
  type: z.optional(z.string()),
  default: z.optional(z.union([z.number(), z.string(), z.boolean()])),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  maxItems: z.optional(z.number()),
  enum: z.optional(z.array(z.string())),
  items: z.optional(z.object({ required: z.optional(z.array(z.string())) })),
  'x-divisor': z.optional(z.number()),
  'x-area': z.optional(z.number()),
  'x-maximum-area': z.optional(z.number()),
  'x-fps': z.optional(z.nullable(z.number())),
  'x-step': z.optional(z.number()),
  'x-offset': z.optional(z.number()),
  'x-floored': z.optional(z.string()),
  'x-still': z.optional(z.boolean()),
  'x-minimum-side': z.optional(z.number()),
  'x-maximum-aspect': z.optional(z.number()),
});
type Field = z.infer<typeof fieldSchema>;
const formSchema = z.object({
  properties: z.record(z.string(), fieldSchema),
  required: z.array(z.string()),
});

/** Throws where the server sends something else, which only another version of it does. */
export function readModelForm(schema: unknown): ModelForm {
  const { properties, required } = formSchema.parse(schema);
  const rule = (name: string, step: number): NumberRule | null => {
    const field = properties[name];
    return field === undefined ? null : numberRule(name, field, step);
  };
  const pictures = Object.keys(properties).filter((name) => name.startsWith('ctrl_img'));
  const frames = rule('num_frames', properties.num_frames?.['x-step'] ?? 1);
  const strength = rule('strength', 0.05);
  const neg = properties.neg?.default;
  return {
    sizes: sizeRules(properties),
    steps: rule('sample_steps', 1) ?? { ...noSteps },
    guidance: rule('guidance_scale', 0.1),
    rescale: rule('guidance_rescale', 0.05),
    negative: properties.neg === undefined ? null : typeof neg === 'string' ? neg : '',
    controls: {
      minimum: pictures.filter((name) => required.includes(name)).length,
      maximum: pictures.length,
      side: properties[pictures[0] ?? '']?.['x-minimum-side'] ?? 1,
      aspect: properties[pictures[0] ?? '']?.['x-maximum-aspect'] ?? null,
    },
    beginning: strength === null ? null : { mask: properties.mask_image !== undefined, strength },
    video:
      frames === null
        ? null
        : {
            frames,
            grid: frameGrid(properties.num_frames),
            fps: rule('fps', 1),
            rate: properties.num_frames?.['x-fps'] ?? 0,
          },
    samplers: properties.sampler?.enum ?? [],
    high: properties.resolution !== undefined,
    switches: Object.entries(properties).flatMap(([name, field]) =>
      field.type === 'boolean' ? [{ name, default: field.default === true }] : [],
    ),
    lora: {
      sides: properties.loras?.items?.required?.includes('transformer') === true,
      most: properties.loras?.maxItems ?? 1,
    },
  };
}

const frameGrid = (field: Field | undefined): FrameGrid => ({
  step: field?.['x-step'] ?? 1,
  offset: field?.['x-offset'] ?? 0,
  countsAll: field?.['x-floored'] === 'count',
  still: field?.['x-still'] === true,
});

const noSteps: NumberRule = {
  name: 'sample_steps',
  label: 'Steps',
  default: 20,
  minimum: 1,
  maximum: 150,
  step: 1,
};

function numberRule(name: string, field: Field, step: number): NumberRule {
  const minimum = field.minimum ?? 0;
  return {
    name,
    label: field.title ?? name,
    step,
    minimum,
    default: typeof field.default === 'number' ? field.default : minimum,
    maximum: field.maximum ?? minimum,
  };
}

function sizeRules({ width, height }: Record<string, Field>): SizeRules {
  return {
    divisor: width?.['x-divisor'] ?? 1,
    area: width?.['x-area'] ?? null,
    maximumArea: width?.['x-maximum-area'] ?? null,
    width: typeof width?.default === 'number' ? width.default : 1024,
    height: typeof height?.default === 'number' ? height.default : 1024,
  };
}
