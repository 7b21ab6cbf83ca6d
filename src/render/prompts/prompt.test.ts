import { describe, expect, it } from 'vitest';
import { plainSentence } from '../../errors/sentence.ts';
import { checkFilledLengths, fillTrigger, longestPrompt, missingTriggers } from './prompt.ts';

const prompt = (text: string, triggerWord: string | null = null) => ({ prompt: text, triggerWord });

describe('fillTrigger', () => {
  it.each([
    ['a [trigger] of [name]', 'cat', 'a cat of cat'],
    ['[Trigger] [NAME] [trigger ] trigger', 'cat', '[Trigger] [NAME] [trigger ] trigger'],
    ['[trigger]', '$& [name]', '$& [name]'],
    ['[[trigger]]', 'x', '[x]'],
  ])('%s with %s is %s', (text, word, filled) => {
    expect(fillTrigger(prompt(text), word)).toEqual({ prompt: filled, warning: null });
    expect(fillTrigger(prompt(text, word), 'another').prompt).toBe(filled);
  });

  it('leaves a placeholder that there is no word for, and names it', () => {
    const { prompt: left, warning } = fillTrigger(prompt('by [name]'), null);
    expect(left).toBe('by [name]');
    expect(plainSentence(warning ?? '')).toMatch(/contains \[name\]/);
  });
});

describe('checkFilledLengths', () => {
  const word = 'w'.repeat(500);

  it('takes a prompt that is filled up to the limit, and refuses one character more', () => {
    const fitting = `${'[trigger]'.repeat(40)}`;
    expect(() => checkFilledLengths({ triggerWord: word, prompts: [prompt(fitting)] })).not.toThrow();
    expect(() => checkFilledLengths({ triggerWord: word, prompts: [prompt(`${fitting}x`)] })).toThrow(
      `The text of prompt 1 has ${longestPrompt + 1} characters with the trigger word in its 40 places`,
    );
  });

  it('counts each prompt by its own word', () => {
    const prompts = [prompt('[name]'.repeat(3000), 'a'), prompt('[name]'.repeat(3000))];
    expect(() => checkFilledLengths({ triggerWord: word, prompts })).toThrow(
      'The text of prompt 2 has 1500000',
    );
  });
});

describe('missingTriggers', () => {
  it.each([
    ['in no prompt', 'sks', [prompt('a cat'), prompt('a dog')], [/^Trigger word "sks" is in no prompt/]],
    ['written out', 'sks', [prompt('a cat'), prompt('a sks dog')], []],
    ['filled in', 'sks', [prompt('a [name]')], []],
    ['spelled otherwise', 'sks', [prompt('a Sks dog')], [/^Trigger word "sks"/]],
    ['missing from its own prompt', null, [prompt('a cat', 'sks')], [/^The trigger word of prompt 1 "sks"/]],
    ['replaced by those of the prompts', 'sks', [prompt('a [trigger]', 'cat')], [/was not used/]],
    ['nothing but spaces', '  ', [prompt('acat')], []],
  ] as const)('warns of a word that is %s as the previews would', (_, triggerWord, prompts, warnings) => {
    expect(missingTriggers({ triggerWord, prompts }).map(plainSentence)).toEqual(
      warnings.map((pattern) => expect.stringMatching(pattern)),
    );
  });
});
