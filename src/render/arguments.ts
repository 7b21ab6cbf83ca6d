import type { ModelEntry } from '../catalog/define-model.ts';
import type { Argument, Call } from './plan.ts';
import type { RenderRequest } from './request.ts';

/** The values a call was settled on, before they take the pipeline's names. */
export interface CallValues {
  prompt: string;
  negativePrompt: string;
  guidanceScale: number;
  steps: number;
  width: number;
  height: number;
  numFrames: number;
  fps: number | null;
  guidanceRescale: number;
  secondNegativePrompt: string | null;
  options: RenderRequest['options'];
}

/** Keyword arguments of the pipeline: our values under its names, constants, what is computed from the size, and switches. */
export function pipelineArguments(entry: ModelEntry, values: CallValues): Call['arguments'] {
  const names = entry.arguments;
  const guidance = Math.max(entry.guidance.minimum, values.guidanceScale + entry.guidance.offset);
  const named: [string | null, Argument][] = [
    [names.prompt, values.prompt],
    [names.negative_prompt, values.negativePrompt],
    [names.guidance_scale, guidance],
    [names.guidance_rescale, values.guidanceRescale],
    [names.sample_steps, values.steps],
    [names.width, values.width],
    [names.height, values.height],
    [names.num_frames, values.numFrames],
    [names.fps, values.fps],
  ];
  const given = named.filter((pair): pair is [string, Argument] => pair[0] !== null);
  return {
    ...entry.constants,
    ...computedArguments(entry, values),
    ...optionArguments(entry, values.options),
    ...Object.fromEntries(given),
    ...secondNegativePrompt(entry, values),
  };
}

/** Only where it is another: pipelines read the negative prompt twice by themselves. They do so for an empty text too. */
function secondNegativePrompt(
  { arguments: names }: ModelEntry,
  { secondNegativePrompt: text }: CallValues,
): Record<string, Argument> {
  if (names.second_negative_prompt === null || text === null) return {};
  return { [names.second_negative_prompt]: text === '' ? ' ' : text };
}

function computedArguments(entry: ModelEntry, values: CallValues): Record<string, Argument> {
  const compute = { area: values.width * values.height } as const;
  return Object.fromEntries(Object.entries(entry.computed).map(([name, rule]) => [name, compute[rule]]));
}

function optionArguments(entry: ModelEntry, asked: RenderRequest['options']): Record<string, Argument> {
  const { kv_cache, match_target_res, do_cfg_norm } = entry.options;
  return {
    ...(kv_cache && { [kv_cache.argument]: asked.kvCache ?? kv_cache.default }),
    ...(match_target_res && {
      [match_target_res.argument]: asked.matchTargetRes ?? match_target_res.default,
    }),
    ...(do_cfg_norm && { [do_cfg_norm.argument]: asked.cfgNorm ?? do_cfg_norm.default }),
  };
}
