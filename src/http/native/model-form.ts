/**
 * What one picture of a model may be asked with, as a JSON Schema whose properties are fields of a request. `x-hint` says what draws
 * a field and `x-…` what it has to know besides, so that a page needs no knowledge of models.
 */
import type { ModelEntry } from '../../catalog/define-model.ts';
import { samplerNames } from '../../catalog/option-defaults.ts';
import { limits } from '../../render/limits.ts';
import { longestPrompt } from '../../render/prompts/prompt.ts';
import { usualStrength } from '../../render/source-picture.ts';

type Field = Record<string, unknown>;
/** Strengths that people try; the range of a request is wider. */
const slider = { minimum: -2, maximum: 2, step: 0.05, stops: [0, 0.5, 1] };

export function modelForm(entry: ModelEntry, maxLoras: number): Record<string, unknown> {
  const pictures = pictureFields(entry);
  return {
    type: 'object',
    properties: {
      prompt: { type: 'string', title: 'Prompt', maxLength: longestPrompt, 'x-hint': 'prompt' },
      ...negativeField(entry),
      ...pictures,
      ...beginningFields(entry),
      loras: lorasField(entry, maxLoras),
      ...sizeFields(entry),
      ...samplingFields(entry),
      ...videoFields(entry),
      ...switchFields(entry),
    },
    required: ['prompt', ...Object.keys(pictures).slice(0, entry.control_images.minimum)],
  };
}

function negativeField({ guidance, defaults }: ModelEntry): Record<string, Field> {
  if (!guidance.negative_prompt) return {};
  const neg = { type: 'string', title: 'Negative prompt', default: defaults.negative_prompt };
  return { neg: { ...neg, maxLength: longestPrompt, 'x-hint': 'text' } };
}

/** One picture is `ctrl_img`; several are numbered. */
function pictureFields({ control_images: control }: ModelEntry): Record<string, Field> {
  const field = {
    type: 'string',
    'x-hint': 'picture',
    'x-minimum-side': control.minimum_side,
    ...(control.maximum_aspect === undefined ? {} : { 'x-maximum-aspect': control.maximum_aspect }),
  };
  if (control.maximum === 1) return { ctrl_img: { ...field, title: 'Control picture' } };
  return Object.fromEntries(
    Array.from({ length: control.maximum }, (_, index) => [
      `ctrl_img_${index + 1}`,
      { ...field, title: `Control picture ${index + 1}` },
    ]),
  );
}

/** A picture to begin with, on models that make another of it. */
function beginningFields({ abilities }: ModelEntry): Record<string, Field> {
  const picture = { type: 'string', 'x-hint': 'picture' };
  const { image_to_image: whole, inpainting: part } = abilities;
  if (whole === undefined && part === undefined) return {};
  return {
    image: { ...picture, title: 'Picture to begin with' },
    ...(part === undefined ? {} : { mask_image: { ...picture, title: 'Mask', 'x-needs': 'image' } }),
    strength: { ...number('Strength', limits.strength, usualStrength), 'x-needs': 'image' },
  };
}

function lorasField({ lora }: ModelEntry, maxLoras: number): Field {
  const sides = lora.experts === undefined ? {} : { transformer: { type: 'string', enum: ['high', 'low'] } };
  const [least, most] = limits.scale;
  const scale = { type: 'number', default: 1, minimum: least, maximum: most, 'x-slider': slider };
  return {
    type: 'array',
    title: 'LoRAs',
    maxItems: maxLoras,
    'x-hint': 'loras',
    'x-families': lora.families,
    items: {
      type: 'object',
      properties: { path: { type: 'string' }, network_multiplier: scale, ...sides },
      required: ['path', ...Object.keys(sides)],
    },
  };
}

function sizeFields({ size, defaults }: ModelEntry): Record<string, Field> {
  const [least, most] = limits.side;
  const side = {
    type: 'integer',
    minimum: least,
    maximum: most,
    'x-hint': 'size',
    'x-divisor': size.divisor,
    ...(size.area === undefined ? {} : { 'x-area': size.area }),
    ...(size.maximum_area === undefined ? {} : { 'x-maximum-area': size.maximum_area }),
  };
  return {
    width: { ...side, title: 'Width', default: defaults.width },
    height: { ...side, title: 'Height', default: defaults.height },
  };
}

function samplingFields(entry: ModelEntry): Record<string, Field> {
  const { defaults, guidance, minimum_steps, pipeline } = entry;
  const [, mostSteps] = limits.steps;
  const samplers = samplerNames(entry);
  return {
    sample_steps: {
      type: 'integer',
      title: 'Steps',
      minimum: minimum_steps,
      maximum: mostSteps,
      default: defaults.sample_steps,
      'x-hint': 'number',
    },
    ...(guidance.kind === 'none'
      ? {}
      : { guidance_scale: number('Guidance', limits.guidanceScale, defaults.guidance_scale) }),
    ...(entry.arguments.guidance_rescale === null
      ? {}
      : { guidance_rescale: number('Guidance rescale', limits.guidanceRescale, 0) }),
    ...(pipeline.samplers === undefined
      ? {}
      : {
          sampler: {
            type: 'string',
            title: 'Sampler',
            enum: samplers,
            default: samplers[0],
            'x-hint': 'choice',
          },
        }),
    seed: { type: 'integer', title: 'Seed', minimum: -1, default: defaults.seed, 'x-hint': 'seed' },
  };
}

const number = (title: string, [minimum, maximum]: readonly [number, number], value: number): Field => ({
  type: 'number',
  title,
  minimum,
  maximum,
  default: value,
  'x-hint': 'number',
});

function videoFields({ output, size, defaults }: ModelEntry): Record<string, Field> {
  if (output.kind !== 'video') return {};
  const [leastFrames, mostFrames] = limits.numFrames;
  const [leastFps, mostFps] = limits.fps;
  const frames = {
    type: 'integer',
    title: 'Frames',
    minimum: leastFrames,
    maximum: mostFrames,
    default: defaults.num_frames,
    'x-hint': 'frames',
    'x-fps': defaults.fps,
    ...(size.frames === undefined
      ? {}
      : {
          'x-step': size.frames.step,
          'x-offset': size.frames.offset,
          'x-floored': size.frames.floored,
          'x-still': size.frames.still,
        }),
  };
  const fps = { type: 'integer', title: 'Frames a second', minimum: leastFps, maximum: mostFps };
  return {
    num_frames: frames,
    ...(output.fixed_fps || defaults.fps === null
      ? {}
      : { fps: { ...fps, default: defaults.fps, 'x-hint': 'number' } }),
  };
}

function switchFields({ options, pipeline, tiled_decoding }: ModelEntry): Record<string, Field> {
  const asTrained = Object.entries(options).flatMap(([name, option]): [string, Field][] =>
    option === undefined ? [] : [[name, { type: 'boolean', default: option.default, 'x-hint': 'switch' }]],
  );
  return {
    ...(pipeline.high === undefined
      ? {}
      : {
          resolution: { type: 'string', enum: ['Default', 'High'], default: 'Default', 'x-hint': 'choice' },
        }),
    ...Object.fromEntries(asTrained),
    ...(tiled_decoding === undefined
      ? {}
      : { tiled_decoding: { type: 'boolean', default: false, 'x-hint': 'switch' } }),
  };
}
