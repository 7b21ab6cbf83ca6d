/** From a recipe to the form, and what would change. */
import type { Recipe } from '../api/outputs.ts';
import { type Draft, newRow, replaceDraft } from '../draft/draft.ts';
import type { ForeignSettings } from './foreign-parameters.ts';

export type RecallPart = 'all' | 'all_but_seed' | 'prompt' | 'loras';

/** The form after a part of a recipe has gone into it. */
export function recalled(draft: Draft, recipe: Recipe, part: RecallPart): Draft {
  const loras = recipe.loras.map(({ path, sha256, network_multiplier, transformer }) => ({
    ...newRow(path, sha256, transformer),
    scale: network_multiplier,
  }));
  switch (part) {
    case 'prompt':
      return { ...draft, prompt: recipe.prompt, onePerLine: false };
    case 'loras':
      return { ...draft, loras };
    case 'all_but_seed':
      return { ...recalled(draft, recipe, 'all'), seed: draft.seed };
    case 'all':
      return {
        model: recipe.model,
        prompt: recipe.prompt,
        onePerLine: false,
        loras,
        // Trigger words are filled in already.
        trigger: '',
        values: valuesOf(recipe),
        seed: { mode: 'walk', value: Number(recipe.seed) },
      };
  }
}

function valuesOf(recipe: Recipe): Draft['values'] {
  const { width, height, sample_steps, guidance_scale, neg, num_frames, fps, sampler, resolution } = recipe;
  const given = { width, height, sample_steps, guidance_scale, neg, num_frames, fps, sampler, resolution };
  const stated = Object.entries(given).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(stated), ...recipe.options };
}

/** What would change in the form, in words. */
export function differences(draft: Draft, recipe: Recipe): string[] {
  const next = recalled(draft, recipe, 'all');
  const names = new Set([...Object.keys(draft.values), ...Object.keys(next.values)]);
  return [
    ...(draft.model === next.model ? [] : [`model: ${next.model}`]),
    ...(draft.prompt.trim() === next.prompt ? [] : ['prompt']),
    ...(loraText(draft) === loraText(next) ? [] : [`LoRAs: ${loraText(next) || 'none'}`]),
    ...(draft.seed.value === next.seed.value ? [] : [`seed: ${next.seed.value}`]),
    ...[...names]
      .filter((name) => name in next.values && draft.values[name] !== next.values[name])
      .map((name) => `${name}: ${next.values[name]}`),
  ];
}

const loraText = ({ loras }: Draft): string =>
  loras.map(({ path, scale }) => `${path} × ${scale}`).join(', ');

const said = 'The form has its settings.';

/** Put a part of a recipe into the form; one press brings back what stood there. */
export function recall(recipe: Recipe, part: RecallPart): void {
  replaceDraft((before) => recalled(before, recipe, part), said);
}

/** The same with what another program wrote. The model and the LoRAs of the form stay: it names its own. */
export function recallForeign({ prompt, values, seed }: ForeignSettings): void {
  replaceDraft(
    (before) => ({
      ...before,
      prompt,
      onePerLine: false,
      values,
      seed: seed === null ? before.seed : { mode: 'walk', value: seed },
    }),
    said,
  );
}
