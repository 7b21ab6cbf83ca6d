/** The fields of `POST /generate/custom/{modelId}`, as `GET /models/{modelId}` lists them: made from the entry of its base model. */
import type { ModelEntry } from '../../catalog/define-model.ts';
import { limits } from '../../render/limits.ts';
import { longestPrompt } from '../../render/prompts/prompt.ts';
import { modelTypes } from './model-types.ts';
import { modelTypeNames } from './schema/enums.ts';
import type { ModelInput } from './schema/model.ts';

export interface InputLimits {
  maxPrompts: number;
  maxLoras: number;
}

/** `own`: of a LoRA or composition, whose weights are part of every picture of it. */
export function modelInputs(entry: ModelEntry, own: boolean, most: InputLimits): ModelInput[] {
  return [
    ...textInputs(entry),
    ...pictureInputs(entry),
    ...sizeInputs(entry),
    ...samplingInputs(entry),
    number('numOutputs', 'Pictures to make, with seeds that count up', [1, most.maxPrompts], 1),
    ...loraInputs(entry, own, most),
  ];
}

function textInputs(entry: ModelEntry): ModelInput[] {
  const prompt: ModelInput = {
    name: 'prompt',
    type: 'string',
    prompt: true,
    maxLength: longestPrompt,
    required: { always: true },
    description: 'What to show.',
  };
  if (!entry.guidance.negative_prompt) return [prompt];
  const description = 'What not to show.';
  return [prompt, { name: 'negativePrompt', type: 'string', maxLength: longestPrompt, description }];
}

function pictureInputs({ control_images: { minimum, maximum } }: ModelEntry): ModelInput[] {
  if (maximum === 0) return [];
  const common = {
    kind: 'image',
    parent: true,
    description: 'Ids of assets, data URLs or URLs of pictures.',
    ...(minimum > 0 ? { required: { always: true } } : {}),
  } as const;
  return maximum === 1
    ? [
        {
          name: 'image',
          type: 'file',
          ...common,
          description: 'An asset, a data URL or the URL of a picture.',
        },
      ]
    : [{ name: 'images', type: 'file_array', min: minimum, max: maximum, ...common }];
}

function sizeInputs({ size, defaults, output }: ModelEntry): ModelInput[] {
  const side = { min: limits.side[0], max: limits.side[1], step: size.divisor };
  const frames: ModelInput[] =
    output.kind === 'image'
      ? []
      : [
          number('numFrames', 'Frames of the video', limits.numFrames, defaults.num_frames),
          ...(output.fixed_fps
            ? []
            : [number('fps', 'Frames per second', limits.fps, defaults.fps ?? undefined)]),
        ];
  return [
    { name: 'width', type: 'number', ...side, default: defaults.width, description: 'In pixels.' },
    { name: 'height', type: 'number', ...side, default: defaults.height, description: 'In pixels.' },
    ...frames,
  ];
}

function samplingInputs({ defaults, guidance, minimum_steps, pipeline }: ModelEntry): ModelInput[] {
  const steps = [minimum_steps, limits.steps[1]] as const;
  const scheduler: ModelInput = {
    name: 'scheduler',
    type: 'string',
    allowedValues: Object.keys(pipeline.samplers ?? {}),
    description: 'The sampler.',
  };
  return [
    number('numInferenceSteps', 'Steps of denoising', steps, defaults.sample_steps),
    ...(guidance.kind === 'none'
      ? []
      : [
          number(
            'guidance',
            'How closely to follow the prompt',
            limits.guidanceScale,
            defaults.guidance_scale,
          ),
        ]),
    ...(pipeline.samplers === undefined ? [] : [scheduler]),
    { name: 'seed', type: 'number', min: 0, description: 'Of the first picture. Drawn when there is none.' },
  ];
}

function loraInputs(entry: ModelEntry, own: boolean, { maxLoras }: InputLimits): ModelInput[] {
  const [min, max] = [-2, 2];
  if (own) {
    const description = 'An epoch in place of the pinned or last one.';
    return [
      { name: 'modelEpoch', type: 'string', description },
      {
        name: 'lorasScale',
        type: 'number_array',
        min,
        max,
        description: 'One number: the strength of the LoRA.',
      },
    ];
  }
  const types = modelTypeNames.filter(
    (name) => modelTypes[name].kind !== 'base' && (modelTypes[name].bases?.includes(entry.id) ?? true),
  );
  return [
    { name: 'modelId', type: 'model', modelTypes: types, description: 'A LoRA or a composition.' },
    {
      name: 'loras',
      type: 'model_array',
      modelTypes: types,
      maxLength: maxLoras,
      description: 'LoRAs of this base model, by id, path or URL.',
    },
    { name: 'lorasScale', type: 'number_array', min, max, description: 'The strength of each.' },
  ];
}

function number(
  name: string,
  description: string,
  [min, max]: readonly [number, number],
  standard: number | undefined,
): ModelInput {
  const preset = standard === undefined ? {} : { default: standard };
  return { name, type: 'number', min, max, ...preset, description: `${description}.` };
}
