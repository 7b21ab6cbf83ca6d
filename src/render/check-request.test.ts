import { describe, expect, it } from 'vitest';
import { defineModel } from '../catalog/define-model.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { checkRequest, findModel } from './check-request.ts';
import { emptyPrompt, exampleRequest } from './request.fixture.ts';
import type { LoraRequest, RenderRequest } from './request.ts';

const catalog = await loadCatalog();
const flux = findModel(catalog, 'flux');
const experts = defineModel({
  ...flux,
  id: 'experts',
  lora: { ...flux.lora, experts: { high: 'transformer', low: 'transformer_2' } },
});
const lora = (expert: LoraRequest['expert'] = null): LoraRequest => ({
  path: 'a.safetensors',
  scale: 1,
  expert,
});
const withLoras = (...loras: LoraRequest[]): RenderRequest => exampleRequest({ baseOnly: false, loras });

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof DarkroomError) return error.code;
    throw error;
  }
  return 'none';
}

describe('findModel', () => {
  it('suggests the nearest id and lists all', () => {
    expect(() => findModel(catalog, 'flux_contxt')).toThrow(
      /Did you mean "flux_kontext"\? Supported: .*\bdemo, .*\bflux, /,
    );
    expect(codeOf(() => findModel(catalog, 'x'.repeat(100_000)))).toBe('MODEL_NOT_FOUND');
  });
});

describe('checkRequest', () => {
  const cases: [string, typeof flux, RenderRequest, number, string][] = [
    ['no LoRA', flux, withLoras(), 8, 'LORA_FILE_REQUIRED'],
    ['base only', flux, exampleRequest(), 8, 'none'],
    ['one LoRA', flux, withLoras(lora()), 1, 'none'],
    ['two where one is allowed', flux, withLoras(lora(), lora()), 1, 'SINGLE_LORA_ONLY'],
    [
      'nine where eight are allowed',
      flux,
      withLoras(...Array.from({ length: 9 }, () => lora())),
      8,
      'TOO_MANY_LORAS',
    ],
    ['a side on a model with one', flux, withLoras(lora('high')), 8, 'MOE_FORMAT_NOT_SUPPORTED'],
    ['no side on a model with two', experts, withLoras(lora('high'), lora()), 8, 'MOE_FORMAT_REQUIRED'],
    ['one side only', experts, withLoras(lora('low')), 1, 'none'],
    ['both sides', experts, withLoras(lora('low'), lora('high')), 1, 'none'],
    [
      'one side twice where one is allowed',
      experts,
      withLoras(lora('low'), lora('low')),
      1,
      'SINGLE_MOE_CONFIG_ONLY',
    ],
  ];
  it.each(cases)('%s', (_name, entry, request, maxLoras, code) => {
    expect(codeOf(() => checkRequest(entry, request, { maxLoras }))).toBe(code);
  });

  it('names the prompt that lacks its control image', () => {
    const kontext = findModel(catalog, 'flux_kontext');
    const prompts = [{ ...emptyPrompt, controlImages: ['aGk='] }, emptyPrompt];
    const request = exampleRequest({ prompts });
    expect(() => checkRequest(kontext, request, { maxLoras: 8 })).toThrow(/^Prompt 2 needs a control image/);
  });

  it('refuses a sampler that a model of several does not have, with the names of those it has', () => {
    const asking = (model: string, sampler: string) => () =>
      checkRequest(
        findModel(catalog, model),
        exampleRequest({ model, prompts: [{ ...emptyPrompt, sampler }] }),
        {
          maxLoras: 1,
        },
      );
    expect(asking('sdxl', 'dpmsolver')).toThrow(
      /^The sampler of prompt 1 is "dpmsolver", which sdxl does not have\. Did you mean "dpmsolver\+\+"\? Send .*: ddpm, ddim/,
    );
    expect(codeOf(asking('sd15', 'DPM++ 2M Karras'))).toBe('PROMPT_INVALID');
    expect(codeOf(asking('sd15', 'k_euler'))).toBe('none');
    expect(codeOf(asking('flux', 'euler'))).toBe('none');
  });

  it('refuses fewer steps than the scheduler can make a schedule of', () => {
    const asking = (model: string, steps: number | null) => () =>
      checkRequest(
        findModel(catalog, model),
        exampleRequest({ model, prompts: [{ ...emptyPrompt, steps }] }),
        { maxLoras: 1 },
      );
    expect(asking('qwen_image', 1)).toThrow(
      /^The number of steps of prompt 1 is 1, and qwen_image needs at least 2/,
    );
    expect(codeOf(asking('ltx2.3', 1))).toBe('PROMPT_INVALID');
    for (const [model, steps] of [
      ['qwen_image', 2],
      ['ltx2', null],
      ['flux', 1],
    ] as const)
      expect(codeOf(asking(model, steps))).toBe('none');
  });

  it('takes one strength for all LoRAs of a prompt or one for each', () => {
    const check = (scales: number | number[], request = withLoras(lora(), lora())) =>
      codeOf(() =>
        checkRequest(flux, { ...request, prompts: [{ ...emptyPrompt, scales }] }, { maxLoras: 8 }),
      );
    expect([check(2), check([1, 2]), check([1], exampleRequest())]).toEqual(['none', 'none', 'none']);
    expect(check([1])).toBe('PROMPT_INVALID');
  });
});
