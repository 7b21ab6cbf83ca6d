import { expect, test } from 'vitest';
import type { Adapter, Call, RenderPlan } from './plan.ts';
import { recipeKey } from './recipe-key.ts';

const call: Call = {
  index: 0,
  arguments: { num_inference_steps: 4 },
  images: {},
  seed: 42,
  steps: 4,
  sigmas: null,
  width: 64,
  height: 64,
  output: 'image',
  prompt: 'a red apple',
  negative_prompt: null,
  guidance_scale: 4,
  num_frames: 1,
  fps: null,
};
const lora: Adapter = { name: 'a.safetensors', sha256: 'a1', component: 'transformer', scale: 1 };
const pipeline: RenderPlan['pipeline'] = {
  model: 'demo',
  class: 'FluxPipeline',
  module: null,
  repository: 'darkroom/demo',
  revision: 'main',
  variant: null,
  components: {},
  scheduler: null,
};
const named = (
  adapters: Adapter[],
  changed: Partial<Call> = {},
  format: 'png' | 'jpeg' = 'png',
  quality = 95,
) =>
  recipeKey(
    { plan: { pipeline, adapters, calls: [call] }, output: { format, quality } },
    { ...call, ...changed },
  );

test('what does not change the file does not count', () => {
  const plain = named([lora]);
  const same = [
    named([lora], { index: 7 }),
    named([{ ...lora, name: 'b.safetensors', ignored: 3 }]),
    named([{ ...lora, scale: 0.5 }], { scales: [1] }),
    named([lora, { ...lora, sha256: 'b2', scale: 0 }]),
    named([lora], {}, 'png', 80),
  ];
  expect(new Set([plain, ...same]).size).toBe(1);
});

test('what changes it does', () => {
  const others = [
    named([lora]),
    named([]),
    named([{ ...lora, scale: 0.5 }]),
    named([{ ...lora, sha256: 'b2' }]),
    named([{ ...lora, sha256: null }]),
    named([{ ...lora, component: 'transformer_2' }]),
    named([lora], { seed: 43 }),
    named([lora], { steps: 5 }),
    named([lora], {}, 'jpeg'),
    named([lora], {}, 'jpeg', 80),
  ];
  expect(new Set(others).size).toBe(others.length);
});

test('a LoRA of strength 0 is none', () => {
  expect(named([{ ...lora, scale: 0 }])).toBe(named([]));
});
