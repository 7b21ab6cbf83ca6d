import type { ModelEntry } from '../catalog/define-model.ts';
import type { Argument } from './plan.ts';
import type { PromptRequest, RenderRequest } from './request.ts';

/**
 * The entry as it renders this request: with the class and the components of its “High” mode when a prompt asks for it. One
 * such prompt is enough, since a request has one pipeline; the others render with it as they would without.
 */
export function forResolution(entry: ModelEntry, request: RenderRequest): ModelEntry {
  const { high, ...usual } = entry.pipeline;
  if (high === undefined || !request.prompts.some(isHigh)) return entry;
  const components = { ...usual.components, ...high.components };
  return { ...entry, pipeline: { ...usual, high, class: high.class, module: high.module, components } };
}

/** The keyword argument of a prompt in “High”; nothing for every other, and for models without the mode. */
export function resolutionArgument(entry: ModelEntry, prompt: PromptRequest): Record<string, Argument> {
  return entry.pipeline.high !== undefined && isHigh(prompt) ? { resolution: 'High' } : {};
}

function isHigh(prompt: PromptRequest): boolean {
  return prompt.resolution === 'High';
}
