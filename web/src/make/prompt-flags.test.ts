import { expect, test } from 'vitest';
import { promptFlags, withoutFlag } from './prompt-flags.ts';

test('flags of the trainer are found, with what they mean', () => {
  const found = promptFlags('a red fox --n blurry, dark --w 512 --m -0.8');
  expect(found.map(({ label }) => label)).toEqual(['not blurry, dark', 'width 512', 'strength -0.8']);
});

test.each(['a red fox', 'a well--known fox', 'a fox -- running', 'a fox --unknown 3'])(
  '%s has none',
  (text) => {
    expect(promptFlags(text)).toEqual([]);
  },
);

test('one is taken out, and the others stay', () => {
  const text = 'a red fox --w 512 --s 4';
  const [first] = promptFlags(text);
  expect(first && withoutFlag(text, first)).toBe('a red fox --s 4');
});
