import { expect, test } from 'vitest';
import { readModelForm } from './model-form.ts';

const side = { type: 'integer', 'x-hint': 'size', 'x-divisor': 16, default: 512 };
const schema = {
  type: 'object',
  properties: {
    prompt: { type: 'string' },
    ctrl_img: { type: 'string', 'x-hint': 'picture' },
    loras: { type: 'array', maxItems: 4, items: { type: 'object', required: ['path', 'transformer'] } },
    width: side,
    height: { ...side, default: 768 },
    sample_steps: { type: 'integer', title: 'Steps', minimum: 2, maximum: 150, default: 25 },
    num_frames: {
      type: 'integer',
      title: 'Frames',
      minimum: 1,
      maximum: 300,
      default: 41,
      'x-fps': 16,
      'x-step': 4,
      'x-offset': 1,
    },
    kv_cache: { type: 'boolean', default: true },
  },
  required: ['prompt', 'ctrl_img'],
};

test('reads what a model has', () => {
  expect(readModelForm(schema)).toMatchObject({
    sizes: { divisor: 16, width: 512, height: 768, area: null },
    steps: { default: 25, minimum: 2 },
    controls: { minimum: 1, maximum: 1, side: 1, aspect: null },
    video: { frames: { default: 41, step: 4 }, grid: { step: 4, offset: 1 }, rate: 16, fps: null },
    switches: [{ name: 'kv_cache', default: true }],
    lora: { sides: true, most: 4 },
  });
});

test('and has no field for what it has not', () => {
  const form = readModelForm(schema);
  expect([form.guidance, form.negative, form.beginning, form.rescale]).toEqual([null, null, null, null]);
  expect([form.samplers, form.high]).toEqual([[], false]);
});
