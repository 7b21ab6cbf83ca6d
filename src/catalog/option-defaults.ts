import type { ModelEntry } from './define-model.ts';

/** The switches of the request that a model has, under the names of the request, and what holds when they are left out. */
export function optionDefaults({ options }: ModelEntry): Record<string, boolean> {
  const pairs = Object.entries(options).flatMap(([name, option]): [string, boolean][] =>
    option === undefined ? [] : [[name, option.default]],
  );
  return Object.fromEntries(pairs);
}

/** What `sampler` of a prompt may be, under the trainer's names, the default first. */
export function samplerNames({ pipeline }: ModelEntry): string[] {
  return pipeline.samplers === undefined ? ['flowmatch'] : Object.keys(pipeline.samplers);
}

/** What it can do with a picture to begin with. */
export function abilityNames({ abilities }: ModelEntry): ('image_to_image' | 'inpainting')[] {
  return (['image_to_image', 'inpainting'] as const).filter((name) => abilities[name] !== undefined);
}
