import { describe, expect, test } from 'vitest';
import { usualFit } from '../../render/source-picture.ts';
import { inNative } from './names.ts';
import { toSubmission } from './request.ts';
import { createInferenceSchema } from './schemas/request-schema.ts';

const schema = createInferenceSchema({ maxPrompts: 3 });
const submission = (body: unknown) => toSubmission(schema.parse(body), Object.keys(schema.shape));
const base = { model: 'flux', loras: [{ path: 'a.safetensors' }], prompts: [{ prompt: 'a cat' }] };

test('what the client leaves out is null, or the default of the server where it has one', () => {
  const { request, hfToken, warnings } = submission(base);
  expect(request).toEqual({
    model: 'flux',
    loras: [{ path: 'a.safetensors', scale: 1, expert: null }],
    baseOnly: false,
    prompts: [
      {
        prompt: 'a cat',
        triggerWord: null,
        negativePrompt: null,
        width: null,
        height: null,
        steps: null,
        guidanceScale: null,
        guidanceRescale: null,
        cfgNorm: null,
        secondNegativePrompt: null,
        scales: null,
        seed: null,
        sampler: null,
        numFrames: null,
        fps: null,
        resolution: null,
        controlImages: [],
        controlIndex: null,
        source: null,
      },
    ],
    triggerWord: null,
    promptFlags: false,
    seed: null,
    walkSeed: null,
    output: { format: 'jpeg', quality: 95 },
    priority: 0,
    previewEvery: 0,
    controlOrientation: null,
    options: { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null },
  });
  expect(hfToken).toBeNull();
  expect(warnings).toEqual([]);
});

test('every field arrives where it belongs', () => {
  const { request, hfToken, warnings } = submission({
    model: 'wan22_14b_t2v',
    loras: [{ path: 'high.safetensors', network_multiplier: 0.5, transformer: 'high' }],
    prompts: [
      {
        prompt: '[trigger] 🦊',
        trigger_word: 'fox',
        neg: '',
        width: 64,
        height: 4096,
        sample_steps: 150,
        guidance_scale: 0,
        guidance_rescale: 0.5,
        do_cfg_norm: false,
        network_multiplier: [-1.5],
        image: 'BBBB',
        mask_image: 'CCCC',
        strength: 0.3,
        ctrl_idx: 1,
        seed: -1,
        sampler: 'ddim',
        num_frames: 41,
        fps: 16,
        resolution: 'High',
        ctrl_img: 'AAAA',
      },
    ],
    trigger_word: 'wolf',
    hf_token: 'hf_secret',
    control_orientation: 'as_stored',
    kv_cache: false,
    match_target_res: true,
    do_cfg_norm: true,
    tiled_decoding: false,
    prompt_flags: true,
    seed: 5,
    walk_seed: true,
    output_format: 'webp',
    output_quality: 80,
    priority: 3,
    preview_every: 5,
  });
  expect(request.loras).toEqual([{ path: 'high.safetensors', scale: 0.5, expert: 'high' }]);
  expect(request.prompts[0]).toEqual({
    prompt: '[trigger] 🦊',
    triggerWord: 'fox',
    negativePrompt: '',
    width: 64,
    height: 4096,
    steps: 150,
    guidanceScale: 0,
    guidanceRescale: 0.5,
    cfgNorm: false,
    secondNegativePrompt: null,
    scales: [-1.5],
    seed: -1,
    sampler: 'ddim',
    numFrames: 41,
    fps: 16,
    resolution: 'High',
    controlImages: ['AAAA'],
    controlIndex: 1,
    source: { image: 'BBBB', mask: 'CCCC', strength: 0.3, fit: usualFit },
  });
  expect(request).toMatchObject({
    triggerWord: 'wolf',
    promptFlags: true,
    seed: 5,
    walkSeed: true,
    output: { format: 'webp', quality: 80 },
    priority: 3,
    previewEvery: 5,
    controlOrientation: 'as_stored',
    options: { kvCache: false, matchTargetRes: true, cfgNorm: true, tiledDecoding: false },
  });
  expect(JSON.stringify(request)).not.toContain('hf_secret');
  expect(hfToken).toBe('hf_secret');
  expect(warnings).toEqual([]);
});

test('null is the same as leaving a field out', () => {
  const nulls = { ...base, trigger_word: null, hf_token: null, output_format: null, base_only: null };
  expect(submission(nulls)).toEqual(submission(base));
});

test('what the request says of its prompts is for those that do not say it', () => {
  const { request, warnings } = submission({
    ...base,
    loras: [{ path: 'a.safetensors' }, { path: 'b.safetensors', network_multiplier: 2 }],
    network_multiplier: 0.5,
    neg: 'blurry',
    width: 512,
    sample_steps: 20,
    guidance_scale: 7,
    fps: 8,
    prompts: [{ prompt: 'x' }, { prompt: 'y', neg: false, width: 64, sample_steps: 4, guidance_scale: 0 }],
  });
  const { scales: own, steps, negativePrompt, width, guidanceScale, fps } = request.prompts[0] ?? {};
  expect({ own, steps, negativePrompt, width, guidanceScale, fps }).toEqual({
    own: null,
    steps: 20,
    negativePrompt: 'blurry',
    width: 512,
    guidanceScale: 7,
    fps: 8,
  });
  expect(request.prompts[1]).toMatchObject({
    steps: 4,
    negativePrompt: '',
    width: 64,
    guidanceScale: 0,
    fps: 8,
  });
  expect(request.loras.map(({ scale }) => scale)).toEqual([0.5, 2]);
  expect(warnings).toEqual([]);
});

describe('control images', () => {
  const images = (prompt: object) => submission({ ...base, prompts: [{ prompt: 'x', ...prompt }] });

  test('numbered ones keep their order and win over ctrl_img, which is then warned about', () => {
    const { request, warnings } = images({ ctrl_img: 'zero', ctrl_img_3: 'three', ctrl_img_1: 'one' });
    expect(request.prompts[0]?.controlImages).toEqual(['one', 'three']);
    expect(warnings).toEqual([expect.stringContaining('prompts[0].ctrl_img was not used')]);
  });

  test('an empty string counts as absent', () => {
    expect(images({ ctrl_img: 'zero', ctrl_img_1: '' }).request.prompts[0]?.controlImages).toEqual(['zero']);
    expect(images({ ctrl_img: '' }).request.prompts[0]?.controlImages).toEqual([]);
  });
});

describe('a picture to begin with', () => {
  const asked = (prompt: object, top: object = {}) =>
    submission({ ...base, ...top, prompts: [{ prompt: 'x', ...prompt }] });

  test('is that of the prompt, else that of the request', () => {
    const top = { image: 'all', mask_image: 'mask', strength: 0.4 };
    const sources = submission({
      ...base,
      ...top,
      prompts: [{ prompt: 'x' }, { prompt: 'y', image: 'own', mask_image: 'hole', strength: 0 }],
    }).request.prompts.map(({ source }) => source);
    expect(sources).toEqual([
      { image: 'all', mask: 'mask', strength: 0.4, fit: usualFit },
      { image: 'own', mask: 'hole', strength: 0, fit: usualFit },
    ]);
    expect(asked({ image: '' }).request.prompts[0]?.source).toBeNull();
  });

  test.each([
    ['prompts.0.mask_image', { mask_image: 'x' }, {}],
    ['mask_image', {}, { mask_image: 'x' }],
    ['prompts.0.strength', { image: 'x', strength: 1.5 }, {}],
  ])('%s that cannot be is refused', (path, prompt, top) => {
    const body = { ...base, ...top, prompts: [{ prompt: 'x', ...prompt }] };
    const { error } = createInferenceSchema({ maxPrompts: 9 }).safeParse(body);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  test('a strength without one is warned of, where it was said', () => {
    const why = 'was not used: it is for a picture to begin with (`image`).';
    expect(asked({ strength: 0.5 }).warnings).toEqual([`prompts[0].strength ${why}`]);
    expect(asked({}, { strength: 0.5 }).warnings).toEqual([`strength ${why}`]);
  });
});

describe('warnings', () => {
  test('unknown fields are named with their place and the likely meant one', () => {
    const { warnings } = submission({
      ...base,
      steps: 4,
      loras: [{ path: 'a.safetensors', scale: 1, network_multiplyer: 1 }],
      prompts: [{ prompt: 'x', widht: 5, negative_prompt: 'blurry', zzzzzz: 1 }],
    });
    expect(warnings).toEqual([
      'steps is not a field of this server and was ignored. Did you mean "sample_steps"?',
      'loras[0].scale is not a field of this server and was ignored. Did you mean "network_multiplier"?',
      'loras[0].network_multiplyer is not a field of this server and was ignored. Did you mean "network_multiplier"?',
      'prompts[0].widht is not a field of this server and was ignored. Did you mean "width"?',
      'prompts[0].negative_prompt is not a field of this server and was ignored. Did you mean "neg"?',
      'prompts[0].zzzzzz is not a field of this server and was ignored.',
    ]);
  });

  test('a field that belongs elsewhere says where', () => {
    expect(submission({ ...base, loras: [{ path: 'a.safetensors', strength: 1 }] }).warnings).toEqual([
      'loras[0].strength is not a field of this server and was ignored. Did you mean "network_multiplier"?',
    ]);
    expect(submission({ ...base, ctrl_img: 'x' }).warnings).toEqual([
      'ctrl_img is not a field of this server and was ignored. It belongs in the items of "prompts".',
    ]);
  });

  test('fields of the trainer that change no picture here say why', () => {
    const sample = { sample_every: 250, samples: [] };
    expect(
      submission({ ...base, ...sample, prompts: [{ prompt: 'x', extra_values: [1] }] }).warnings,
    ).toEqual([
      'sample_every was not used: it says when the trainer samples, not what.',
      'samples is not a field of this server and was ignored. Did you mean "prompts"?',
      'prompts[0].extra_values was not used: the trainer gives it to adapters that are no LoRAs.',
    ]);
  });

  test('a thousand unknown fields make a short list of short, storable names', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`${'k'.repeat(500)}\0\ud800${i}`, 1]),
    );
    const { warnings } = submission({ ...base, ...many });
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toBe('980 more unknown fields were ignored.');
    for (const warning of warnings.map(inNative)) {
      expect(warning.length).toBeLessThan(200);
      expect(warning.isWellFormed()).toBe(true);
      expect(warning).not.toContain('\0');
    }
  });

  test('a body full of unknown fields costs little', () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`field_${i}`, 1]));
    expect(submission({ ...base, ...many }).warnings).toHaveLength(21);
  });

  test('an empty prompt is rendered with a warning', () => {
    const { warnings } = submission({ ...base, prompts: [{ prompt: '' }] });
    expect(warnings).toEqual([expect.stringContaining('prompts[0].prompt is empty')]);
  });
});
