import { expect, test } from 'vitest';
import { type Draft, emptyDraft } from '../draft/draft.ts';
import { hasPreset, settingsOf, withPreset } from './presets.ts';

const row = { key: '1', path: 'a', sha256: null, scale: 1, muted: false, side: null, pair: null };
const draft: Draft = {
  ...emptyDraft,
  prompt: 'mine',
  loras: [row],
  values: { width: 64, output_format: 'png' },
};

test('a preset takes the place of all settings, and leaves prompt, LoRAs and format', () => {
  const next = withPreset(draft, { sample_steps: 30, neg: 'ugly' });
  expect(next.values).toEqual({ sample_steps: 30, neg: 'ugly', output_format: 'png' });
  expect(next).toMatchObject({ prompt: 'mine', seed: draft.seed, loras: [{ scale: 1 }] });
});

test('a preview of the trainer brings its seed rule, its strength and its word', () => {
  const next = withPreset(draft, { seed: 7, network_multiplier: 0.8, trigger_word: 'zorp' });
  expect(next).toMatchObject({ seed: { mode: 'same', value: 7 }, loras: [{ scale: 0.8 }], trigger: 'zorp' });
  expect(withPreset(draft, { seed: 7, walk_seed: true }).seed).toEqual({ mode: 'walk', value: 7 });
  expect(withPreset(draft, { seed: -1 }).seed.mode).toBe('random');
});

test('what is kept of the form is what it has when it is taken again', () => {
  for (const mode of ['walk', 'same', 'random'] as const) {
    const kept = settingsOf({ ...draft, seed: { mode, value: 9 } });
    const again = withPreset({ ...draft, values: {} }, kept);
    expect(again.seed.mode).toBe(mode);
    expect(hasPreset(again, kept)).toBe(true);
  }
});
