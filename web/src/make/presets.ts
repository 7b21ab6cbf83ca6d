/** Settings that take the place of those in the form, whole: pure. */
import type { Draft } from '../draft/draft.ts';
import type { ModelForm } from './model-form.ts';

/** Fields of a request that are the same from picture to picture, as the API keeps them. */
export type PresetSettings = Readonly<Record<string, unknown>>;

/** What of a preset has a place of its own in the form. */
const elsewhere = ['seed', 'walk_seed', 'trigger_word', 'network_multiplier'];
const usualSeed = 42;
/** Of the steps that the model takes by itself. */
const draftShare = 0.4;

/** The form with the settings of a preset. The prompt, the model and the LoRAs stay; what the preset does not say is the model's. */
export function withPreset(draft: Draft, settings: PresetSettings): Draft {
  const { seed, trigger_word: trigger, network_multiplier: scale } = settings;
  return {
    ...draft,
    values: { ...keptFormat(draft), ...plainValues(settings) },
    seed: typeof seed === 'number' || settings.walk_seed !== undefined ? seedOf(settings) : draft.seed,
    trigger: typeof trigger === 'string' && draft.trigger === '' ? trigger : draft.trigger,
    loras: typeof scale === 'number' ? draft.loras.map((row) => ({ ...row, scale })) : draft.loras,
  };
}

/** The format of the file is nobody's preview. */
function keptFormat({ values: { output_format: format } }: Draft): Draft['values'] {
  return format === undefined ? {} : { output_format: format };
}

function plainValues(settings: PresetSettings): Draft['values'] {
  const values: Draft['values'] = {};
  for (const [name, value] of Object.entries(settings)) {
    if (elsewhere.includes(name)) continue;
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
      values[name] = value;
  }
  return values;
}

/** As the trainer counts: a seed is the same for all unless it walks. */
function seedOf({ seed, walk_seed: walks }: PresetSettings): Draft['seed'] {
  const value = typeof seed === 'number' && seed >= 0 ? seed : usualSeed;
  if (seed === -1) return { mode: 'random', value };
  return { mode: walks === true || seed === undefined ? 'walk' : 'same', value };
}

/** What a preset of the form is kept as. */
export function settingsOf({ values, seed, trigger }: Draft): Record<string, unknown> {
  return {
    ...values,
    seed: seed.mode === 'random' ? -1 : seed.value,
    walk_seed: seed.mode === 'walk',
    ...(trigger.trim() === '' ? {} : { trigger_word: trigger.trim() }),
  };
}

/** Fewer steps than the model takes: quicker, and not the preview. */
export const draftSettings = ({ steps }: ModelForm): PresetSettings => ({
  [steps.name]: Math.max(steps.minimum, Math.round(steps.default * draftShare)),
});

/** Whether the form has these settings. */
export function hasPreset(draft: Draft, settings: PresetSettings): boolean {
  const next = withPreset(draft, settings);
  return (
    same(draft.values, next.values) &&
    draft.seed.mode === next.seed.mode &&
    draft.seed.value === next.seed.value &&
    draft.loras.every(({ scale }, index) => scale === next.loras[index]?.scale)
  );
}

function same(a: Draft['values'], b: Draft['values']): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
