/** What a model's form asks for, read from what the server says of the model. */
import type { Model } from '../api/models.ts';
import type { SizeRules } from './sizes.ts';

export interface NumberRule {
  name: string;
  label: string;
  default: number;
  minimum: number;
  maximum: number;
  step: number;
}

export interface ModelForm {
  sizes: SizeRules;
  steps: NumberRule;
  /** Null where the model ignores guidance. */
  guidance: NumberRule | null;
  /** What stands there by itself; null where a negative prompt does nothing. */
  negative: string | null;
  controls: { minimum: number; maximum: number };
  video: { frames: NumberRule & { offset: number }; fps: NumberRule | null; rate: number } | null;
  samplers: readonly string[];
  switches: readonly { name: string; default: boolean }[];
  lora: { families: readonly string[]; sides: boolean };
}

const most = { steps: 150, guidance: 20, frames: 500, fps: 120 };

export function modelForm(model: Model): ModelForm {
  const { defaults, guidance, frames } = model;
  return {
    sizes: {
      divisor: model.resolution_divisor,
      area: model.area,
      maximumArea: model.maximum_area,
      width: defaults.width,
      height: defaults.height,
    },
    steps: {
      ...{ name: 'sample_steps', label: 'Steps', step: 1 },
      ...{ default: defaults.sample_steps, minimum: model.minimum_steps, maximum: most.steps },
    },
    guidance:
      guidance.kind === 'none'
        ? null
        : {
            ...{ name: 'guidance_scale', label: 'Guidance', step: 0.1 },
            ...{ default: defaults.guidance_scale, minimum: 0, maximum: most.guidance },
          },
    negative: guidance.negative_prompt ? (defaults.neg ?? '') : null,
    controls: model.control_images,
    video:
      defaults.num_frames === null
        ? null
        : {
            frames: {
              ...{ name: 'num_frames', label: 'Frames', default: defaults.num_frames, maximum: most.frames },
              ...{ minimum: frames?.offset ?? 1, step: frames?.step ?? 1, offset: frames?.offset ?? 0 },
            },
            rate: defaults.fps ?? 0,
            fps:
              defaults.fps === null
                ? null
                : {
                    ...{ name: 'fps', label: 'Frames a second', step: 1 },
                    default: defaults.fps,
                    minimum: 1,
                    maximum: most.fps,
                  },
          },
    samplers: model.samplers,
    switches: [
      ...Object.entries(model.options).map(([name, value]) => ({ name, default: value })),
      ...(model.tiled_decoding ? [{ name: 'tiled_decoding', default: false }] : []),
    ],
    lora: { families: model.lora.families, sides: model.lora.needs_transformer },
  };
}
