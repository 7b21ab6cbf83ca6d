import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { plainSentence } from '../errors/sentence.ts';
import { type CallValues, pipelineArguments } from './arguments.ts';
import { findModel } from './check-request.ts';
import { exampleRequest } from './request.fixture.ts';
import { unusedRequestFields } from './unused-fields.ts';

const catalog = await loadCatalog();
const unset = { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null };

function argumentsOf(
  model: string,
  options: CallValues['options'],
  changes: Partial<CallValues> = {},
): Record<string, unknown> {
  return pipelineArguments(findModel(catalog, model), {
    prompt: 'a red apple',
    negativePrompt: '',
    guidanceScale: 4,
    steps: 2,
    width: 64,
    height: 64,
    numFrames: 1,
    fps: null,
    guidanceRescale: 0,
    secondNegativePrompt: null,
    options,
    ...changes,
  });
}

describe('switches of the request', () => {
  it('hold as the trainer’s preset has them when the request does not say', () => {
    expect(argumentsOf('krea2_o_edit', unset)).toMatchObject({ kv_cache: true, match_target_res: true });
  });

  it('are passed on when it does', () => {
    const options = { ...unset, kvCache: false, matchTargetRes: false };
    expect(argumentsOf('krea2_o_edit_turbo', options)).toMatchObject({
      kv_cache: false,
      match_target_res: false,
    });
  });

  it('do not reach a model without them, and are named in a warning', () => {
    const options = { ...unset, kvCache: true, matchTargetRes: false, cfgNorm: true };
    expect(argumentsOf('krea2', options)).toEqual(argumentsOf('krea2', unset));
    const warnings = (model: string) =>
      unusedRequestFields(findModel(catalog, model), exampleRequest({ model, options })).map(plainSentence);
    expect(warnings('krea2')).toEqual([
      expect.stringMatching(/^The key-value cache was not used/),
      expect.stringMatching(/^Scaling control images/),
      expect.stringMatching(/^The norm of the guidance/),
    ]);
    expect(warnings('krea2_o_edit')).toEqual([expect.stringMatching(/^The norm of the guidance/)]);
    expect(argumentsOf('qwen_image_edit_plus', options)).toMatchObject({ do_cfg_norm: true });
  });
});

describe('what only SDXL takes', () => {
  it('is the rescaling of guidance, off by default', () => {
    expect(argumentsOf('sdxl', unset)).toMatchObject({ guidance_rescale: 0 });
    expect(argumentsOf('sdxl', unset, { guidanceRescale: 0.7 })).toMatchObject({ guidance_rescale: 0.7 });
    expect(argumentsOf('sd15', unset, { guidanceRescale: 0.7 })).not.toHaveProperty('guidance_rescale');
  });

  it('is another negative prompt for the second encoder, which must not be empty to count', () => {
    expect(argumentsOf('sdxl', unset)).not.toHaveProperty('negative_prompt_2');
    expect(argumentsOf('sdxl', unset, { secondNegativePrompt: 'dark' })).toMatchObject({
      negative_prompt_2: 'dark',
    });
    expect(argumentsOf('sdxl', unset, { secondNegativePrompt: '' })).toMatchObject({
      negative_prompt_2: ' ',
    });
    expect(argumentsOf('sd15', unset, { secondNegativePrompt: 'dark' })).not.toHaveProperty(
      'negative_prompt_2',
    );
  });
});
