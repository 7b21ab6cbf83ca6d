import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { plainSentence } from '../errors/sentence.ts';
import { buildPlan } from './build-plan.ts';
import { findModel } from './check-request.ts';
import { emptyPrompt, exampleRequest } from './request.fixture.ts';

const catalog = await loadCatalog();

function build(model: string, resolutions: ('Default' | 'High' | null)[]) {
  const prompts = resolutions.map((resolution) => ({ ...emptyPrompt, resolution }));
  return buildPlan({
    entry: findModel(catalog, model),
    request: exampleRequest({ model, prompts }),
    loras: [],
    controlImages: [],
    sources: [],
    settings: { decodesInTiles: () => false },
    drawSeed: () => 0,
  });
}

describe('“High”', () => {
  it('loads its class and its components, and nothing of them without it', () => {
    const { pipeline } = build('ltx2.3', ['High']).plan;
    expect(pipeline).toMatchObject({ class: 'LTX2HighPipeline', module: 'ltx2_high' });
    expect(Object.keys(pipeline.components)).toEqual(['latent_upsampler', 'distilled_lora']);
    for (const resolution of [null, 'Default'] as const) {
      const usual = build('ltx2.3', [resolution]).plan.pipeline;
      expect(usual).toMatchObject({ class: 'LTX2Pipeline', module: 'ltx2', components: {} });
    }
  });

  it('is asked for by each prompt that has it', () => {
    const { plan, warnings } = build('ltx2.3', ['Default', 'High', null]);
    expect(plan.calls.map((call) => call.arguments.resolution)).toEqual([undefined, 'High', undefined]);
    expect(warnings).toEqual([]);
  });

  it('is named in a warning by a model without it', () => {
    const { plan, warnings } = build('ltx2', ['High']);
    expect(plan.pipeline.class).toBe('LTX2Pipeline');
    expect(plan.calls[0]?.arguments).not.toHaveProperty('resolution');
    expect(warnings.map(plainSentence)).toEqual([expect.stringContaining('resolution of prompt 1')]);
  });
});
