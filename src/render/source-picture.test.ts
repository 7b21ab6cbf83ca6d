import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { plainSentence } from '../errors/sentence.ts';
import { buildPlan } from './build-plan.ts';
import { checkRequest, findModel } from './check-request.ts';
import { emptyPrompt, exampleRequest } from './request.fixture.ts';
import type { PromptRequest, SourceFit } from './request.ts';
import { sizeOfSource, strengthOf, usualFit } from './source-picture.ts';

const catalog = await loadCatalog();
const original: SourceFit = { ...usualFit, longestSide: 1440, multiple: 16, rounded: 'up' };
const none = { width: null, height: null };

type Case = [
  model: string,
  fit: SourceFit,
  image: [number, number],
  asked: Pick<PromptRequest, 'width' | 'height'>,
  wanted: [number, number],
];

describe('the size of a prompt with a picture', () => {
  test.each<Case>([
    // Its own, floored to the divisor and never enlarged.
    ['flux', usualFit, [250, 101], none, [240, 96]],
    ['sd15', usualFit, [250, 101], none, [248, 96]],
    // No more pixels than the model usually makes.
    ['flux', usualFit, [4000, 3000], none, [1168, 880]],
    ['demo', usualFit, [4000, 3000], none, [144, 96]],
    // Never nothing.
    ['flux', usualFit, [3000, 3], none, [2992, 16]],
    // The other side in its shape, or what was asked for.
    ['flux', usualFit, [200, 100], { width: 512, height: null }, [512, 256]],
    ['flux', usualFit, [200, 100], { width: null, height: 512 }, [1024, 512]],
    ['flux', usualFit, [200, 100], { width: 512, height: 512 }, [512, 512]],
    // As Replicate's trainer does it.
    ['flux', original, [200, 150], none, [208, 160]],
    ['flux', original, [1025, 512], none, [1040, 512]],
    ['flux', original, [4000, 3000], none, [1440, 1088]],
    ['flux', original, [1440, 2880], none, [720, 1440]],
    ['qwen_image', original, [200, 150], none, [224, 160]],
  ])('%s %o of %o, asked for %o, is %o', (model, fit, [width, height], asked, wanted) => {
    const source = { image: 'a', mask: null, strength: null, fit };
    const size = sizeOfSource(findModel(catalog, model), asked, { source, image: { width, height } }, 0);
    expect([size.width, size.height]).toEqual(wanted);
  });

  test('a side out of range is refused', () => {
    const source = { image: 'a', mask: null, strength: null, fit: usualFit };
    const image = { width: 100, height: 1000 };
    const asked = { width: 1024, height: null };
    expect(() => sizeOfSource(findModel(catalog, 'flux'), asked, { source, image }, 0)).toThrow(
      /^Prompt 1: in the shape of its picture \(100×1000\) the size is 1024×10240, and sides go up to 4096/,
    );
  });
});

test('at least one step is run, of whatever number, also where pipelines floor it', () => {
  expect(strengthOf(0.8, 20)).toBe(0.8);
  expect(strengthOf(1, 1)).toBe(1);
  for (let steps = 1; steps <= 150; steps++) {
    const strength = strengthOf(0, steps);
    expect(Math.floor(steps * strength)).toBe(1);
    expect(steps - Math.trunc(steps - steps * strength)).toBe(1);
    expect(strength).toBeLessThanOrEqual(1);
  }
});

describe('a call with a picture', () => {
  const image = { sha256: 'picture', width: 100, height: 80 };
  const mask = { sha256: 'mask', width: 100, height: 80 };

  function planned(model: string, source: Partial<PromptRequest['source']>, received = { image, mask }) {
    const prompt = { ...emptyPrompt, steps: 10, source: { ...whole, ...source } };
    const { plan, warnings } = buildPlan({
      entry: findModel(catalog, model),
      request: exampleRequest({ model, prompts: [prompt] }),
      loras: [],
      controlImages: [],
      sources: [received],
      drawSeed: () => 0,
      settings: { decodesInTiles: () => false },
    });
    return { plan, call: plan.calls[0], warnings: warnings.map(plainSentence) };
  }
  const whole = { image: 'sent', mask: null, strength: null, fit: usualFit };

  test('names the class, the picture and the strength, and keeps the pipeline that is loaded', () => {
    const { plan, call, warnings } = planned('flux', { strength: 0.5 });
    expect(warnings).toEqual([]);
    expect(call).toMatchObject({
      width: 96,
      height: 80,
      pipeline: { class: 'FluxImg2ImgPipeline', module: null },
      arguments: { width: 96, height: 80, strength: 0.5 },
      images: { image: { pictures: ['picture'], resize: { width: 96, height: 80, filter: 'lanczos' } } },
    });
    expect(call?.images).not.toHaveProperty('mask_image');
    expect(plan.pipeline.class).toBe('FluxPipeline');
  });

  test('with a mask paints a part of it', () => {
    const { call } = planned('chroma', { mask: 'sent' });
    expect(call).toMatchObject({
      pipeline: { class: 'ChromaInpaintPipeline', module: 'chroma' },
      arguments: { strength: 0.8 },
      images: { mask_image: { pictures: ['mask'], resize: { filter: 'nearest' } } },
    });
  });

  test('is no larger than its pipeline makes', () => {
    const fit = { ...usualFit, longestSide: 1440 };
    const large = { sha256: 'picture', width: 1440, height: 1440 };
    const { call } = planned('flux2_klein_4b', { mask: 'sent', fit }, { image: large, mask });
    expect(call).toMatchObject({ width: 1024, height: 1024, pipeline: { module: 'flux2' } });
    const prompt = { ...emptyPrompt, width: 1040, height: 1024, source: { ...whole, mask: 'sent' } };
    expect(() =>
      buildPlan({
        entry: findModel(catalog, 'flux2_klein_4b'),
        request: exampleRequest({ model: 'flux2_klein_4b', prompts: [prompt] }),
        loras: [],
        controlImages: [],
        sources: [{ image: large, mask }],
        drawSeed: () => 0,
        settings: { decodesInTiles: () => false },
      }),
    ).toThrow('flux2_klein_4b takes up to 1048576, such as 1024×1024');
  });

  test('leaves out what the class does not take', () => {
    expect(planned('sdxl', {}).call?.arguments).not.toHaveProperty('width');
    expect(planned('sdxl', { mask: 'sent' }).call?.arguments).toMatchObject({ width: 96, height: 80 });
  });

  test('says where a step was added and where a mask was stretched', () => {
    const { call, warnings } = planned(
      'flux',
      { strength: 0.01, mask: 'sent' },
      { image, mask: { ...mask, height: 50 } },
    );
    expect(call?.arguments).toMatchObject({ strength: 0.1 });
    expect(warnings).toEqual([
      'The strength of the change of prompt 1 is 0.01, which is less than one of 10 steps: one was run.',
      'The mask of prompt 1 has 100×50 pixels and the picture 100×80: it was stretched over it.',
    ]);
  });
});

test.each([
  ['hidream', null, 'picture to begin with of prompt 1: hidream has no image to image'],
  ['wan21_1b', 'mask', 'mask of prompt 1: wan21_1b has no inpainting'],
  ['flux2', null, 'Pictures that it works from are sent as control images'],
  ['flux2_klein_4b', null, 'It paints a part of one anew'],
])('%s without the ability is refused', (model, mask, message) => {
  const source = { image: 'a', mask, strength: null, fit: usualFit };
  const request = exampleRequest({ model, prompts: [{ ...emptyPrompt, source }] });
  expect(() => checkRequest(findModel(catalog, model), request, { maxLoras: 8 })).toThrow(message);
});
