import { expect, test } from 'vitest';
import { draftOfTraining } from './draft-of-training.ts';

const sample = (prompt: string, seed: number) => ({
  ...{ prompt, seed, width: 128, height: 96 },
  ...{ sample_steps: 8, guidance_scale: 3 },
});
const of = (...samples: ReturnType<typeof sample>[]) =>
  draftOfTraining({ training_id: 'tr', base: 'm', samples });

test('epochs are rendered as the samples of their training', () => {
  expect(of(sample('a\nb', 42), sample('c', 43))).toMatchObject({
    ...{ model: 'm', training: 'tr', epochs: null, prompts: 'a b\nc' },
    ...{ seeds: '42, 43', seedForPrompt: true, steps: '8', guidance: '3', sizes: '128x96' },
  });
});

test('a prompt that is there twice is taken once, and seeds that are not one each are the first', () => {
  expect(of(sample('a', 1), sample('b', 1), sample('b', 2), sample('c', 1))).toMatchObject({
    prompts: 'a\nb\nc',
    seeds: '1',
    seedForPrompt: false,
  });
});

test('without samples the prompts are left to be written', () => {
  expect(of()).toMatchObject({ training: 'tr', prompts: '', seeds: '42' });
});
