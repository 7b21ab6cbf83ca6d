import { describe, expect, it, test } from 'vitest';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { plainSentence } from '../../errors/sentence.ts';
import { findModel } from '../check-request.ts';
import { emptyPrompt, exampleRequest } from '../request.fixture.ts';
import type { PromptRequest, RenderRequest } from '../request.ts';
import { settlePrompts } from './settle-prompts.ts';

const entry = findModel(await loadCatalog(), 'sdxl');

function settle(prompts: Partial<PromptRequest>[], changes: Partial<RenderRequest> = {}) {
  let drawn = 1000;
  const asked = { prompts: prompts.map((prompt) => ({ ...emptyPrompt, ...prompt })), ...changes };
  const { request, warnings } = settlePrompts(entry, exampleRequest(asked), () => drawn++);
  return { prompts: request.prompts, warnings: warnings.map(plainSentence) };
}

describe('seeds', () => {
  const three = [{}, { seed: 7 }, {}];
  test.each([
    ['nothing: the model’s default walks later', {}, [null, 7, null]],
    ['a walk without a seed: the same', { walkSeed: true }, [null, 7, null]],
    ['no walk without a seed', { walkSeed: false }, [42, 7, 7]],
    ['a seed alone', { seed: 5 }, [5, 7, 7]],
    ['a seed that walks', { seed: 15, walkSeed: true }, [15, 7, 17]],
    ['a drawn seed that walks', { seed: -1, walkSeed: true }, [1000, 7, 1002]],
    ['a drawn seed, anew for each', { seed: -1 }, [-1, 7, 7]],
  ])('%s', (_what, changes, seeds) => {
    expect(settle(three, changes).prompts.map(({ seed }) => seed)).toEqual(seeds);
  });

  it('from a flag is for its prompt alone', () => {
    const { prompts } = settle([{}, { prompt: 'a --d 9' }, {}], { seed: 5, promptFlags: true });
    expect(prompts.map(({ seed }) => seed)).toEqual([5, 9, 5]);
  });
});

describe('flags', () => {
  const read = (prompt: string, changes: Partial<PromptRequest> = {}) => {
    const { prompts, warnings } = settle([{ prompt, ...changes }], { promptFlags: true });
    return { ...prompts[0], warnings };
  };

  it('win over the fields of the prompt, which they leave', () => {
    const flagged =
      ' a red fox --n blurry, dark --w 512 --h 256 --d -1 --l 3.5 --s 4 --m -1.5 --gr 0.7 --fps 12 --frames 9 --ctrl_idx 1 ';
    expect(read(flagged, { width: 64, guidanceScale: 9 })).toMatchObject({
      prompt: 'a red fox',
      negativePrompt: 'blurry, dark',
      width: 512,
      height: 256,
      seed: -1,
      guidanceScale: 3.5,
      steps: 4,
      scales: -1.5,
      guidanceRescale: 0.7,
      fps: 12,
      numFrames: 9,
      controlIndex: 1,
      warnings: [],
    });
  });

  it.each([
    ['--seed 3', { seed: 3 }],
    ['--cfg .5', { guidanceScale: 0.5 }],
    ['--steps +7', { steps: 7 }],
    ['--network_multiplier 1e0', { scales: 1 }],
    ['--num_frames 5', { numFrames: 5 }],
    ['--w   64  ', { width: 64 }],
    ['--n', { negativePrompt: '' }],
    ['--n one\ntwo', { negativePrompt: 'one\ntwo' }],
    ['--ctrl_img https://example.com/a.png', { controlImages: ['https://example.com/a.png'] }],
    ['--w 64 --w 128', { width: 128 }],
  ])('%s', (flag, changes) => {
    expect(read(`a fox ${flag}`)).toMatchObject({ prompt: 'a fox', ...changes, warnings: [] });
    expect(read(`a fox${flag}`).prompt).toBe('a fox');
  });

  it.each([
    ['--w wide', 'a whole number from 64 to 4096'],
    ['--w 512.5', 'a whole number from 64 to 4096'],
    ['--w 512 please', 'a whole number from 64 to 4096'],
    ['--h', 'a whole number from 64 to 4096'],
    ['--s 0', 'a whole number from 1 to 150'],
    ['--m 11', 'a number from -10 to 10'],
    ['--m nan', 'a number from -10 to 10'],
    ['--cfg 0x10', 'a number from 0 to 20'],
    ['--d -2', 'a whole number from -1'],
  ])('refuses %s with what it takes', (flag, takes) => {
    const refused = () => read(`a fox ${flag}`);
    expect(refused).toThrow(expect.objectContaining({ code: 'PROMPT_INVALID' }));
    expect(refused).toThrow(flag);
    expect(refused).toThrow(takes);
  });

  it.each([
    ['--p2 second', /"--p2 second" was not used: the trainer reads it/],
    ['--ev 1,2', /adapters that are no LoRAs/],
    ['--ref 0.5', /no refiner/],
    ['--ctrl_img /tmp/a.png', /send the picture in a control image/],
    ['--ar 16:9', /"--ar 16:9" is none of the trainer's flags; it was left out/],
    ['-- and so on', /"-- and so on" is none/],
  ])('says why %s changes nothing', (flag, why) => {
    const { prompt, warnings } = read(`a fox ${flag}`);
    expect(prompt).toBe('a fox');
    expect(warnings).toEqual([expect.stringMatching(why)]);
  });

  it('leave the second encoder the negative prompt that they take the place of, and have trigger words', () => {
    const { prompts } = settle([{ prompt: 'a --n no [trigger]', negativePrompt: 'dark' }], {
      promptFlags: true,
      triggerWord: 'fox',
    });
    expect(prompts[0]).toMatchObject({ negativePrompt: 'no fox', secondNegativePrompt: 'dark' });
  });

  it.each([
    ['a fox --w 512 --foo', '"--w 512", which ai-toolkit\'s previews read as a flag'],
    ['a fox -- red', '"-- red": ai-toolkit\'s previews end a prompt at its first "--"'],
  ])('that are not asked for stay in the text: %s', (prompt, told) => {
    const { prompts, warnings } = settle([{ prompt }]);
    expect(prompts[0]).toEqual({ ...emptyPrompt, prompt });
    expect(warnings).toEqual([expect.stringContaining(told)]);
  });

  it('are not seen in a single dash', () => {
    expect(settle([{ prompt: 'a well-known fox - red – dark — old' }]).warnings).toEqual([]);
  });
});
