import { expect, test } from 'vitest';
import type { Recipe } from '../api/outputs.ts';
import { type Draft, emptyDraft } from '../draft/draft.ts';
import { differences, recalled } from './recall.ts';

const recipe: Recipe = {
  model: 'm',
  base_model: 'o/n',
  revision: 'main',
  prompt: 'a cat',
  neg: null,
  width: 512,
  height: 640,
  loras: [{ path: 'a.safetensors', sha256: 'ab', network_multiplier: 0.8, transformer: null }],
  sample_steps: 20,
  guidance_scale: 3.5,
  guidance_rescale: null,
  seed: 7,
  sampler: null,
  num_frames: null,
  fps: null,
  resolution: null,
  options: { kv_cache: false },
  control_images: [],
  image: null,
  mask_image: null,
  strength: null,
  commits: {},
  output_format: null,
  output_quality: null,
  device: null,
  dtype: null,
  quantization: null,
  versions: {},
  darkroom: null,
  recipe_version: 1,
  cut: false,
};
const draft: Draft = { ...emptyDraft, model: 'other', prompt: 'mine', values: { width: 512 } };

test('all of a recipe takes the place of what stood in the form', () => {
  const next = recalled(draft, recipe, 'all');
  expect(next).toMatchObject({ model: 'm', prompt: 'a cat', seed: { value: 7 } });
  expect(next.values).toEqual({
    width: 512,
    height: 640,
    sample_steps: 20,
    guidance_scale: 3.5,
    kv_cache: false,
  });
  expect(next.loras).toMatchObject([{ path: 'a.safetensors', scale: 0.8, muted: false }]);
});

test('a part leaves the rest alone', () => {
  expect(recalled(draft, recipe, 'prompt')).toMatchObject({ model: 'other', prompt: 'a cat', loras: [] });
  expect(recalled(draft, recipe, 'all_but_seed').seed).toEqual(draft.seed);
  expect(recalled(draft, recipe, 'loras')).toMatchObject({
    prompt: 'mine',
    loras: [{ path: 'a.safetensors' }],
  });
});

test('what would change is said beforehand, and nothing where it is the same', () => {
  const said = differences(draft, recipe);
  expect(said).toContain('seed: 7');
  expect(said).toContain('height: 640');
  expect(said.some((line) => line.startsWith('width'))).toBe(false);
  expect(differences(recalled(draft, recipe, 'all'), recipe)).toEqual([]);
});
