import { expect, test } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { findModel } from '../render/check-request.ts';
import { previewRequests } from './preview-requests.ts';
import { sampleSettings } from './sample-settings.ts';

const catalog = await loadCatalog();

function previews(model: string, process: Record<string, unknown>) {
  const settings = sampleSettings({ config: { process: [process] } });
  if (settings === null) throw new Error('previews in the configuration');
  const entry = findModel(catalog, model);
  const picture = (path: string) => (path === 'there.png' ? 'data:,' : null);
  return previewRequests(settings.block, { entry, trigger: settings.trigger, picture });
}

test('what a configuration leaves out is the trainer’s default', () => {
  const [only] = previews('flux', { sample: { prompts: ['a fox'] } });
  expect(only).toMatchObject({
    prompt: { width: 512, height: 512, steps: 20, guidanceScale: 7, seed: 0, scales: 1, negativePrompt: '' },
    unusable: null,
  });
});

test('flags, items and the block are taken in this order, and seeds are carried over as the trainer does', () => {
  const sample = {
    seed: 5,
    guidance_scale: 4,
    neg: 'dark',
    samples: [
      { prompt: 'one' },
      { prompt: 'two', seed: 9, guidance_scale: 3, network_multiplier: '0.5' },
      { prompt: 'three --l 2 --s 8 --n none' },
      { prompt: 'four', seed: -1 },
    ],
  };
  const found = previews('sdxl', { trigger_word: 'zorp', sample: { ...sample, sampler: 'ddpm' } });
  expect(found.map(({ prompt }) => [prompt.seed, prompt.guidanceScale, prompt.scales])).toEqual([
    [5, 4, 1],
    [9, 3, 0.5],
    [9, 2, 1],
    [-1, 4, 1],
  ]);
  expect(found[2]?.prompt).toMatchObject({
    prompt: 'three',
    steps: 8,
    negativePrompt: 'none',
    triggerWord: 'zorp',
  });
  expect(found[3]?.unusable).toMatch(/seed is -1/);
  const walking = previews('sdxl', { sample: { ...sample, sampler: 'ddpm', walk_seed: true } });
  expect(walking.map(({ prompt }) => prompt.seed)).toEqual([5, 9, 7, -1]);
});

test.each([
  [
    'a control picture that is gone',
    'flux_kontext',
    { samples: [{ prompt: 'x', ctrl_img: 'gone.png' }] },
    /gone\.png is not there/,
  ],
  ['a sampler that it has not', 'sdxl', { sampler: 'moon', prompts: ['x'] }, /sampler moon is not rendered/],
  ['rescaling that it has not', 'flux', { guidance_rescale: 0.5, prompts: ['x'] }, /guidance_rescale/],
  ['second prompts', 'sdxl', { sampler: 'ddpm', prompts: ['x --p2 y'] }, /second prompt/],
])('%s cannot be compared', (_, model, sample, why) => {
  expect(previews(model, { sample })[0]?.unusable).toMatch(why);
});

test.each([[null], [{}], [{ config: { process: [{ sample: { prompts: [] } }] } }], ['text']])(
  '%j has no previews',
  (config) => {
    expect(sampleSettings(config)).toBeNull();
  },
);
