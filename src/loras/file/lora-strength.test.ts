/** The factors that files ask for outside of their tensors, against what the library that writes them calculates. */
import { describe, expect, it } from 'vitest';
import { kohyaPair, peftPair } from './header/safetensors.fixture.ts';
import { settleStrength } from './lora-strength.ts';

const q = 'transformer_blocks.0.attn.to_q';
const k = 'transformer_blocks.0.attn.to_k';
const qTensor = `transformer.${q}.lora_A.weight`;
const kTensor = `transformer.${k}.lora_A.weight`;
const pairs = { ...peftPair(`transformer.${q}`, 64, 64), ...peftPair(`transformer.${k}`, 64, 64) };
const flatPair = kohyaPair('lora_unet_double_blocks_0_img_attn_proj', 64, 64);
const { 'lora_unet_double_blocks_0_img_attn_proj.alpha': _alpha, ...withoutAlpha } = flatPair;

interface Given {
  shapes?: Record<string, number[]>;
  metadata?: Record<string, string>;
  adapter?: Record<string, unknown>;
  config?: unknown;
  alphaEntry?: boolean;
}

function settle({ shapes = pairs, metadata = {}, adapter, config, alphaEntry = false }: Given) {
  const tensors = Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'F32', begin: 0 }));
  const entry = adapter === undefined ? {} : { lora_adapter_metadata: JSON.stringify(adapter) };
  const peftConfig =
    config === undefined ? null : typeof config === 'string' ? config : JSON.stringify(config);
  return settleStrength('x', { tensors, metadata: { ...metadata, ...entry }, peftConfig }, alphaEntry);
}

describe('what the plan is told', () => {
  const cases: [string, Given, ReturnType<typeof settle>['strength']][] = [
    ['nothing written', {}, null],
    ['alpha equal to the rank', { adapter: { 'transformer.r': 4, 'transformer.lora_alpha': 4 } }, null],
    ['alpha of diffusers', { adapter: { 'transformer.r': 4, 'transformer.lora_alpha': 16 } }, all(4)],
    ['alpha without a component', { adapter: { r: 4, lora_alpha: 2 } }, all(0.5)],
    ['alpha of PEFT', { config: { peft_type: 'LORA', r: 4, lora_alpha: 16 } }, all(4)],
    ['alpha 0', { config: { r: 4, lora_alpha: 0 } }, all(0)],
    ['PEFT has 8 where a configuration has none', { config: { r: 4 } }, all(2)],
    ['rank-stabilized', { config: { r: 4, lora_alpha: 6, use_rslora: true } }, all(3)],
    ['a component that is not in the file', { adapter: { 'unet_2.lora_alpha': 16 } }, null],
    ['LoKr calls it alpha', { config: { peft_type: 'LOKR', r: 4, alpha: 16 } }, all(4)],
    [
      'the configuration beside the file before its metadata',
      { config: { lora_alpha: 8 }, adapter: { 'transformer.lora_alpha': 16 } },
      all(2),
    ],
    [
      'a module of its own, by its end, and a rank of its own',
      {
        adapter: {
          'transformer.r': 4,
          'transformer.lora_alpha': 4,
          'transformer.alpha_pattern': { to_k: 12, o_q: 40 },
        },
      },
      { others: 1, tensors: { [kTensor]: 3 } },
    ],
    [
      'the first pattern that matches, whole names and expressions',
      {
        config: {
          lora_alpha: 4,
          alpha_pattern: { [`^${q}`]: 8, 'transformer_blocks\\.\\d+\\..*to_[qk]': 16 },
        },
      },
      { others: 2, tensors: { [kTensor]: 4 } },
    ],
    [
      'a text encoder beside a transformer',
      {
        shapes: { ...pairs, ...peftPair('text_encoder.text_model.encoder.layers.0.self_attn.q_proj', 8, 8) },
        adapter: { 'transformer.lora_alpha': 16, 'text_encoder.lora_alpha': 2 },
      },
      {
        others: 4,
        tensors: { 'text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight': 0.5 },
      },
    ],
    [
      'an alpha tensor counts for its module alone',
      { shapes: { ...pairs, [`transformer.${q}.alpha`]: [] }, adapter: { 'transformer.lora_alpha': 16 } },
      all(4),
    ],
    [
      'names of PEFT, with the name of the adapter',
      {
        shapes: {
          [`base_model.model.${q}.lora_A.default.weight`]: [4, 64],
          [`base_model.model.${q}.lora_B.default.weight`]: [64, 4],
        },
        config: { lora_alpha: 4, alpha_pattern: { [`^${q}`]: 32 } },
      },
      all(8),
    ],
    ['alpha of MiniMax-H3', { metadata: { alpha: '16' }, alphaEntry: true }, all(4)],
    ['alpha of another family', { metadata: { alpha: '16' } }, null],
    [
      'alpha of MiniMax-H3 beside an alpha tensor',
      {
        shapes: { ...pairs, [`transformer.${q}.alpha`]: [] },
        metadata: { alpha: '16' },
        alphaEntry: true,
      },
      null,
    ],
    ['ss_network_alpha of kohya', { shapes: withoutAlpha, metadata: { ss_network_alpha: '2.0' } }, all(0.5)],
    [
      'ss_network_alpha of tensors that have it',
      { shapes: flatPair, metadata: { ss_network_alpha: '2' } },
      null,
    ],
    ['ss_network_alpha of a converted file', { metadata: { ss_network_alpha: '2' } }, null],
    ['ss_network_alpha None', { shapes: withoutAlpha, metadata: { ss_network_alpha: 'None' } }, null],
    ['ss_network_alpha 0', { shapes: withoutAlpha, metadata: { ss_network_alpha: '0' } }, null],
    ['full rank', { shapes: { [qTensor]: [64, 64] }, config: { lora_alpha: 16 } }, null],
  ];
  it.each(cases)('%s', (_title, given, expected) => {
    const settled = settle(given);
    expect(settled.strength).toEqual(expected);
  });
});

function all(others: number) {
  return { others, tensors: {} };
}

describe('what is warned of', () => {
  const cases: [string, Given, RegExp][] = [
    ['another rank', { config: { r: 8, lora_alpha: 16 } }, /2 modules other ranks/],
    [
      'a pattern without a module',
      { config: { alpha_pattern: { to_v: 2 } } },
      /names to_v, and the file has/,
    ],
    ['a changed base', { config: { r: 4, init_lora_weights: 'pissa_niter_4' } }, /pissa_niter_4.*base model/],
    ['an alpha that is no number', { metadata: { alpha: 'high' }, alphaEntry: true }, /"high".*no strength/],
    [
      'a guess',
      { shapes: withoutAlpha, metadata: { ss_network_alpha: '2' } },
      /ss_network_alpha 2 .* is used/,
    ],
    [
      'full rank with an alpha',
      { shapes: { 'lora_unet_mid.lora_down.weight': [64, 64], 'lora_unet_mid.alpha': [] } },
      /1 of its modules are of full rank/,
    ],
  ];
  it.each(cases)('%s', (_title, given, expected) => {
    const { warnings } = settle(given);
    expect(warnings).toEqual([expect.stringMatching(expected)]);
    expect(warnings[0]).toMatch(/^LoRA "x": /);
  });
});

describe('what is refused', () => {
  const cases: [string, Given, RegExp][] = [
    ['no JSON', { metadata: { lora_adapter_metadata: '{oops' } }, /lora_adapter_metadata .* no JSON object/],
    ['a list', { config: [] }, /adapter_config.json is no JSON object/],
    [
      'an alpha below 0',
      { config: { lora_alpha: -16 } },
      /has the field lora_alpha, which makes no strength/,
    ],
    [
      'an alpha in text',
      { adapter: { 'transformer.lora_alpha': '16' } },
      /for transformer, has the field lora_alpha/,
    ],
    ['an endless alpha', { config: '{"lora_alpha": 1e999}' }, /lora_alpha/],
    ['a rank of 0', { config: { r: 0 } }, /has the field r, which makes no strength/],
    ['a pattern that is none', { config: { alpha_pattern: { '(': 2 } } }, /the pattern "\(" is no regular/],
    ['a look-around', { config: { alpha_pattern: { '(?=x)': 2 } } }, /without look-around/],
    ['a pattern of no alpha', { config: { alpha_pattern: { to_q: -1 } } }, /alpha_pattern.to_q/],
    ['another kind', { config: { peft_type: 'OFT' } }, /type OFT, which Darkroom does not apply/],
  ];
  it.each(cases)('%s', (_title, given, expected) => {
    expect(() => settle(given)).toThrow(expected);
  });
});

it('takes patterns that would never end otherwise', () => {
  const shapes = peftPair(`${'a'.repeat(200)}!`, 8, 8);
  const started = performance.now();
  expect(settle({ shapes, config: { lora_alpha: 4, alpha_pattern: { '(a+)+$': 8 } } }).strength).toBeNull();
  expect(performance.now() - started).toBeLessThan(1000);
});
