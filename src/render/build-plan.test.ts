import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { plainSentence } from '../errors/sentence.ts';
import { buildPlan, type PlanInput } from './build-plan.ts';
import { findModel } from './check-request.ts';
import { pipelineKey } from './pipeline-spec.ts';
import { emptyPrompt, exampleRequest } from './request.fixture.ts';

const catalog = await loadCatalog();
const settings: PlanInput['settings'] = { decodesInTiles: () => false };

function plan(model: string, changes: Partial<PlanInput> = {}, request = exampleRequest({ model })) {
  const { plan: built, warnings } = buildPlan({
    entry: findModel(catalog, model),
    request,
    loras: [],
    controlImages: [],
    sources: [],
    settings,
    drawSeed: () => 1234,
    ...changes,
  });
  return { plan: built, warnings: warnings.map(plainSentence) };
}

describe('buildPlan', () => {
  it('fills in the defaults of the model', () => {
    const [call] = plan('flux').plan.calls;
    expect(call).toMatchObject({
      width: 1024,
      height: 1024,
      steps: 25,
      guidance_scale: 4,
      seed: 42,
      sigmas: null,
    });
    expect(call?.arguments).toEqual({
      prompt: 'a red apple',
      guidance_scale: 4,
      num_inference_steps: 25,
      width: 1024,
      height: 1024,
    });
  });

  it('walks the default seed by prompt, keeps a given one and draws -1', () => {
    const prompts = [{}, { seed: 7 }, { seed: -1 }, {}].map((changes) => ({ ...emptyPrompt, ...changes }));
    const seeds = plan('flux', {}, exampleRequest({ model: 'flux', prompts })).plan.calls.map(
      (call) => call.seed,
    );
    expect(seeds).toEqual([42, 7, 1234, 45]);
  });

  it('gives a prompt its own strengths of the LoRAs', () => {
    const loras = ['a', 'b'].map((path) => ({
      request: { path, scale: 1, expert: null },
      file: path,
      sha256: path,
      source: null,
      strength: null,
      ignored: 0,
    }));
    const prompts = [null, 0.5, [2, -1]].map((scales) => ({ ...emptyPrompt, scales }));
    const request = exampleRequest({ model: 'flux', baseOnly: false, prompts });
    const { plan: built } = plan('flux', { loras }, request);
    expect(built.calls.map(({ scales }) => scales)).toEqual([undefined, [0.5, 0.5], [2, -1]]);
    expect(built.adapters.map(({ scale }) => scale)).toEqual([1, 1]);
    const without = plan('flux', {}, exampleRequest({ model: 'flux', prompts }));
    expect(without.plan.calls.map(({ scales }) => scales)).toEqual([undefined, undefined, undefined]);
    expect(without.warnings).toEqual([
      expect.stringContaining('Strength of the LoRAs of prompts was not used'),
    ]);
  });

  it('decodes in tiles where the model can and somebody wants it', () => {
    const tilingOf = (model: string, tiledDecoding: boolean | null, isSet = false) => {
      const unset = exampleRequest({ model });
      const request = { ...unset, options: { ...unset.options, tiledDecoding } };
      const built = plan(model, { settings: { ...settings, decodesInTiles: () => isSet } }, request);
      return [built.plan.calls[0]?.tiling, built.warnings.length];
    };
    const tiles = { covers: 'decoding', frames: null };
    expect(tilingOf('qwen_image', null)).toEqual([undefined, 0]);
    expect(tilingOf('qwen_image', true)).toEqual([tiles, 0]);
    expect(tilingOf('qwen_image', null, true)).toEqual([tiles, 1]);
    expect(tilingOf('qwen_image', false, true)).toEqual([undefined, 0]);
    expect(tilingOf('ltx2', true)).toEqual([{ covers: 'decoding', frames: { size: 16, stride: 8 } }, 0]);
    expect(tilingOf('flux', true)).toEqual([undefined, 1]);
    expect(tilingOf('flux', null, true)).toEqual([undefined, 0]);
  });

  it('says what a control image is for where the model knows several uses', () => {
    const image = { sha256: 'a', width: 90, height: 70 };
    const argumentsOf = (controlIndex: number | null, controlImages = [[image]]) => {
      const prompts = [{ ...emptyPrompt, controlIndex }];
      const [call] = plan('flex2', { controlImages }, exampleRequest({ model: 'flex2', prompts })).plan.calls;
      return [call?.arguments.control_index, call?.images.control_image?.alpha];
    };
    expect(argumentsOf(null)).toEqual([undefined, true]);
    expect([argumentsOf(0), argumentsOf(1)]).toEqual([
      [0, true],
      [1, true],
    ]);
    expect(argumentsOf(1, [[]])).toEqual([undefined, undefined]);
  });

  it('floors both sides to the divisor and says so', () => {
    const request = exampleRequest({
      model: 'sdxl',
      prompts: [{ ...emptyPrompt, width: 1001, height: 777 }],
    });
    const built = plan('sdxl', {}, request);
    expect(built.plan.calls[0]).toMatchObject({ width: 1000, height: 776 });
    expect(built.warnings).toEqual([expect.stringContaining('1000×776')]);
  });

  it('gives a model of one area the shape that was asked for, as the trainer scales it', () => {
    const sized = (width: number, height: number) =>
      plan('hidream', {}, exampleRequest({ model: 'hidream', prompts: [{ ...emptyPrompt, width, height }] }));
    const wide = sized(1280, 720);
    expect(wide.plan.calls[0]).toMatchObject({ width: 1360, height: 768 });
    expect(wide.plan.calls[0]?.arguments).toMatchObject({ width: 1360, height: 768 });
    expect(wide.warnings).toEqual([
      expect.stringMatching(/became 1360×768, since hidream always makes about 1048576/),
    ]);
    expect(sized(512, 512).plan.calls[0]).toMatchObject({ width: 1024, height: 1024 });
    // 1023 counts as 1016: the trainer floors to 8 before it scales.
    expect(sized(1023, 512).plan.calls[0]).toMatchObject({ width: 1440, height: 720 });
    expect(sized(1024, 1024).warnings).toEqual([]);
    expect(() => sized(7, 64)).toThrow(/becomes 0×/);
  });

  it('refuses more pixels than the model takes', () => {
    const sized = (width: number, height: number) =>
      plan(
        'hidream_e1',
        {},
        exampleRequest({ model: 'hidream_e1', prompts: [{ ...emptyPrompt, width, height }] }),
      );
    expect(sized(2048, 512).plan.calls[0]).toMatchObject({ width: 2048, height: 512 });
    expect(() => sized(1040, 1024)).toThrow(
      /1064960 pixels and hidream_e1 takes up to 1048576, such as 1024×1024/,
    );
  });

  it('refuses a size that floors to nothing', () => {
    const request = exampleRequest({ model: 'flux', prompts: [{ ...emptyPrompt, width: 8 }] });
    expect(() => plan('flux', {}, request)).toThrow(/at least 16×16/);
  });

  it('fills trigger words, the own one of a prompt first, and warns when there is none', () => {
    const prompts = [
      { ...emptyPrompt, prompt: 'a [trigger] of [trigger]', triggerWord: 'cat' },
      { ...emptyPrompt, prompt: '[trigger]' },
    ];
    const named = plan('flux', {}, exampleRequest({ model: 'flux', prompts, triggerWord: '$& dog' }));
    expect(named.plan.calls.map((call) => call.prompt)).toEqual(['a cat of cat', '$& dog']);
    expect(named.warnings).toEqual([]);
    const unnamed = plan('flux', {}, exampleRequest({ model: 'flux', prompts }));
    expect(unnamed.plan.calls[1]?.prompt).toBe('[trigger]');
    expect(unnamed.warnings).toEqual([expect.stringMatching(/^Prompt 2: The prompt contains \[trigger\]/)]);
  });

  it('names every field that the model cannot use', () => {
    const prompts = [
      {
        ...emptyPrompt,
        negativePrompt: 'blurry',
        sampler: 'euler',
        numFrames: 9,
        fps: 24,
        resolution: 'High' as const,
        guidanceRescale: 0.5,
        controlIndex: 1,
        cfgNorm: true,
      },
    ];
    const { warnings } = plan('flux', {}, exampleRequest({ model: 'flux', prompts }));
    const more = ['rescale of the guidance', 'meaning of the control image', 'norm of the guidance'];
    const fields = ['negative prompt', 'sampler', 'number of frames', 'frames per second', 'resolution'];
    for (const field of [...fields, ...more]) {
      expect(warnings).toContainEqual(expect.stringContaining(`he ${field} of prompt 1 was not used`));
    }
  });

  it('takes the trainer’s samplers where a model has them, for one prompt or all', () => {
    const schedulers = (model: string, samplers: (string | null)[]) => {
      const prompts = samplers.map((sampler) => ({ ...emptyPrompt, sampler }));
      const built = plan(model, {}, exampleRequest({ model, prompts }));
      return { calls: built.plan.calls.map(({ scheduler }) => scheduler), warnings: built.warnings };
    };
    const sd15 = schedulers('sd15', [null, 'k_euler', 'dpmsolver++']);
    expect(sd15.calls[0]).toBe(undefined);
    expect(sd15.calls[1]).toMatchObject({
      class: 'EulerDiscreteScheduler',
      config: { use_karras_sigmas: true, steps_offset: 1, timestep_spacing: 'leading' },
    });
    expect(sd15.calls[2]?.config).toMatchObject({ algorithm_type: 'dpmsolver++' });
    expect(sd15.warnings).toEqual([]);
    const zimage = schedulers('zimage', ['flowmatch', 'ddpm']);
    expect(zimage.calls).toEqual([undefined, undefined]);
    expect(zimage.warnings).toEqual([expect.stringMatching(/^The sampler of prompt 2 was not used/)]);
  });
  it('gives a negative prompt to a model that has one', () => {
    const prompts = [{ ...emptyPrompt, negativePrompt: 'blurry' }];
    const built = plan('sdxl', {}, exampleRequest({ model: 'sdxl', prompts }));
    expect(built.plan.calls[0]?.arguments.negative_prompt).toBe('blurry');
    expect(built.plan.pipeline.scheduler?.class).toBe('DDPMScheduler');
    expect(built.warnings).toEqual([]);
  });

  it('stretches the control image of Kontext to the output size and passes its area', () => {
    const image = { sha256: 'a', width: 10, height: 20 };
    const request = exampleRequest({
      model: 'flux_kontext',
      prompts: [{ ...emptyPrompt, width: 512, height: 256 }],
    });
    const built = plan('flux_kontext', { controlImages: [[image, { ...image, sha256: 'b' }]] }, request);
    expect(built.plan.calls[0]?.images).toEqual({
      image: {
        pictures: ['a'],
        list: false,
        resize: { width: 512, height: 256, filter: 'bilinear' },
      },
    });
    expect(built.plan.calls[0]?.arguments).toMatchObject({ max_area: 512 * 256, _auto_resize: false });
    expect(built.warnings).toEqual([expect.stringContaining('used the first 1 of 2')]);
  });

  it('stretches it before the size is floored where the trainer does', () => {
    const image = { sha256: 'a', width: 10, height: 20 };
    const resizeOf = (model: string) => {
      const prompts = [{ ...emptyPrompt, width: 123, height: 90 }];
      const request = exampleRequest({ model, prompts });
      const [call] = plan(model, { controlImages: [[image]] }, request).plan.calls;
      return [call?.width, call?.height, call?.images.image?.resize];
    };
    const before = { width: 120, height: 88, filter: 'bilinear' };
    expect(resizeOf('flux_kontext')).toEqual([112, 80, before]);
    expect(resizeOf('hidream_e1')).toEqual([112, 80, before]);
    expect(resizeOf('omnigen2')).toEqual([120, 88, before]);
  });
  it.each([
    [8, ['sd15', 'sdxl', 'omnigen2']],
    [
      16,
      ['flux', 'flex1', 'flex2', 'flux_kontext', 'chroma', 'lumina2', 'zimage', 'zimage_turbo', 'hidream_e1'],
    ],
    [16, ['flux2', 'flux2_klein_4b', 'krea2', 'krea2_o_edit', 'wan21_1b', 'wan22_14b_t2v', 'wan22_14b_i2v']],
    [32, ['qwen_image', 'qwen_image_2512', 'qwen_image_edit', 'qwen_image_edit_plus', 'wan22_5b', 'ltx2']],
  ])('floors to multiples of %i for %j, as the trainer does', (divisor, models) => {
    for (const model of models) expect(findModel(catalog, model).size.divisor, model).toBe(divisor);
  });
  it('leaves out white space at both ends of a prompt, as the trainer does, and not of a negative one', () => {
    const prompts = [{ ...emptyPrompt, prompt: ' \n[trigger] \u3000', negativePrompt: ' blurry \n' }];
    const [call] = plan('sdxl', {}, exampleRequest({ model: 'sdxl', prompts, triggerWord: ' cat ' })).plan
      .calls;
    expect(call?.prompt).toBe('cat');
    expect(call?.arguments).toMatchObject({ prompt: 'cat', negative_prompt: ' blurry \n' });
  });
  it('names what is cast whole, and only where there is something', () => {
    expect(plan('qwen_image').plan.pipeline.cast_whole).toEqual(['text_encoder']);
    expect(plan('flux2_diffusers').plan.pipeline).not.toHaveProperty('cast_whole');
  });
  it.each([
    ['wan21_1b', [1, 5, 6, 8, 41], [1, 5, 5, 9, 41]],
    ['wan22_5b', [1, 5, 6, 8, 41], [1, 5, 5, 5, 41]],
    ['minimax_h3', [1, 107, 20, 106, 22], [1, 107, 5, 90, 22]],
  ])('brings frames onto the grid of %s', (model, asked, frames) => {
    const prompts = asked.map((numFrames) => ({ ...emptyPrompt, numFrames }));
    const { plan: built, warnings } = plan(model, {}, exampleRequest({ model, prompts }));
    expect(built.calls.map((call) => call.num_frames)).toEqual(frames);
    expect(built.calls.map((call) => call.arguments.num_frames)).toEqual(frames);
    expect(warnings).toEqual([
      expect.stringMatching(/^Prompt 3: number of frames became 5/),
      expect.stringMatching(`^Prompt 4: number of frames became ${frames[3]}`),
    ]);
  });

  it('makes frames at the one rate that a model knows, and says so', () => {
    const prompts = [null, 24, 12].map((fps) => ({ ...emptyPrompt, fps }));
    const request = exampleRequest({ model: 'minimax_h3', prompts });
    const { plan: built, warnings } = plan('minimax_h3', {}, request);
    expect(built.calls.map((call) => call.fps)).toEqual([24, 24, 24]);
    expect(built.calls[0]?.arguments).not.toHaveProperty('fps');
    expect(warnings).toEqual([
      'The frames per second of prompt 3 was not used: minimax_h3 always makes 24 frames a second.',
    ]);
  });

  it('makes a picture of a single frame where the model can', () => {
    const prompts = [1, 2, null].map((numFrames) => ({ ...emptyPrompt, numFrames }));
    const stillOf = (model: string) =>
      plan(model, {}, exampleRequest({ model, prompts })).plan.calls.map(({ output, fps }) => [output, fps]);
    const clip = ['video', 24];
    expect(stillOf('minimax_h3')).toEqual([['image', null], clip, clip]);
    expect(stillOf('ltx2')).toEqual([clip, clip, clip]);
  });

  it('says when every part of a pipeline is a component', () => {
    expect(plan('minimax_h3').plan.pipeline.assembled).toBe(true);
    expect(plan('flux').plan.pipeline).not.toHaveProperty('assembled');
  });

  it('keys a pipeline by what is loaded, not by the model id', () => {
    const spec = plan('flux').plan.pipeline;
    expect(pipelineKey({ ...spec, model: 'another' })).toBe(pipelineKey(spec));
    expect(pipelineKey({ ...spec, revision: 'another' })).not.toBe(pipelineKey(spec));
  });
});
