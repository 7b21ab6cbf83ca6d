import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { type CallValues, pipelineArguments } from './arguments.ts';
import { findModel } from './check-request.ts';
import { exampleRequest } from './request.fixture.ts';
import { unusedRequestFields } from './unused-fields.ts';

const catalog = await loadCatalog();
const unset = { kvCache: null, matchTargetRes: null };

function argumentsOf(model: string, options: CallValues['options']) {
  return pipelineArguments(findModel(catalog, model), {
    prompt: 'a red apple',
    negativePrompt: '',
    guidanceScale: 4,
    steps: 2,
    width: 64,
    height: 64,
    numFrames: 1,
    fps: null,
    options,
  });
}

describe('switches of the request', () => {
  it('hold as the trainer’s preset has them when the request does not say', () => {
    expect(argumentsOf('krea2_o_edit', unset)).toMatchObject({ kv_cache: true, match_target_res: true });
  });

  it('are passed on when it does', () => {
    const options = { kvCache: false, matchTargetRes: false };
    expect(argumentsOf('krea2_o_edit_turbo', options)).toMatchObject({
      kv_cache: false,
      match_target_res: false,
    });
  });

  it('do not reach a model without them, and are named in a warning', () => {
    const options = { kvCache: true, matchTargetRes: false };
    expect(argumentsOf('krea2', options)).toEqual(argumentsOf('krea2', unset));
    const warnings = (model: string) =>
      unusedRequestFields(findModel(catalog, model), exampleRequest({ model, options }));
    expect(warnings('krea2')).toEqual([
      expect.stringMatching(/^kv_cache/),
      expect.stringMatching(/^match_target_res/),
    ]);
    expect(warnings('krea2_o_edit')).toEqual([]);
  });
});
