import { expect, test } from 'vitest';
import { readForeignParameters } from './foreign-parameters.ts';

test('reads what means something here, and names the rest', () => {
  const text = `a cat <lora:style:0.8>, sitting
second line
Negative prompt: ugly, blurry
Steps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 123, Size: 640x768, Model: x, Lora hashes: "style: abc, other: def"`;
  expect(readForeignParameters(text)).toEqual({
    prompt: 'a cat, sitting\nsecond line',
    values: { neg: 'ugly, blurry', sample_steps: 28, guidance_scale: 6.5, width: 640, height: 768 },
    seed: 123,
    ignored: ['<lora:style:0.8>', 'Sampler', 'Model', 'Lora hashes'],
  });
});

test('a text without settings is a prompt', () => {
  expect(readForeignParameters('only words: these')).toMatchObject({
    prompt: 'only words: these',
    seed: null,
  });
});
