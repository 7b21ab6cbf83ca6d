import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loraNamed, promptNamed, requestNamed, setting } from '../../errors/reference.ts';
import { advice, said } from '../../errors/sentence.ts';
import { packageRoot } from '../../python/package-root.ts';
import { inOptions } from './option-names.ts';

test.each([
  [said`${promptNamed(0, 'negativePrompt')} was not used.`, '--negative was not used.'],
  [said`${promptNamed(0)}: ${promptNamed(null, 'numFrames')} became 5.`, 'Prompt 1: --frames became 5.'],
  [said`${{ of: 'controlImage', prompt: 0, image: 1 }} is large.`, '--control (picture 2) is large.'],
  [said`No.${advice` Send ${setting('tiledDecoding', false)}.`}`, 'No. Send --tiled-decoding no.'],
  [said`No.${advice` Send ${setting('promptFlags', true)}.`}`, 'No. Send --prompt-flags.'],
  [
    said`Say which${advice` as ${setting('expert', 'high', 'low')}`}.`,
    'Say which as --lora-high or --lora-low.',
  ],
  [said`No LoRA.${advice` Send ${requestNamed('baseOnly')}.`}`, 'No LoRA.'],
  [said`Its ${loraNamed(null, 'scale')} is 0.`, 'Its strength is 0.'],
])('what the core says is told in the names of the options: %#', (sentence, told) => {
  expect(inOptions(sentence)).toBe(told);
});

test('every name is an option of the command', () => {
  const main = readFileSync(path.join(packageRoot(), 'src', 'main.ts'), 'utf8');
  const names = readFileSync(path.join(packageRoot(), 'src/cli/render/option-names.ts'), 'utf8');
  const options = new Set(names.match(/--[a-z][a-z-]+/g));
  expect(options.size).toBeGreaterThan(10);
  for (const option of options) expect(main).toMatch(new RegExp(`'${option}[ ']`));
});
