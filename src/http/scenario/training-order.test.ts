import { expect, test } from 'vitest';
import type { TrainerProfile } from './model-types.ts';
import type { TrainingParameters } from './schema/training.ts';
import { readTrainingOrder, type TrainingTarget } from './training-order.ts';

const target = (profile: TrainerProfile, more: Partial<TrainingTarget> = {}): TrainingTarget => ({
  profile,
  images: 10,
  base: 'flux',
  likeness: ['blocks.7.'],
  ...more,
});

type Case = [profile: TrainerProfile, given: TrainingParameters, expected: object];

test.each<Case>([
  ['flux', {}, { steps: 1000, learningRate: 1e-4, rank: 16, triggerWord: null, saveEvery: null }],
  ['musubi', {}, { steps: 2000, learningRate: 5e-5, rank: 64, batchSize: 1 }],
  ['sdxl', {}, { steps: 1750, learningRate: 5e-6, rank: 64, triggerWord: 'daiton' }],
  ['sd15', {}, { steps: 750, triggerWord: 'daiton' }],
  ['flux', { nbEpochs: 3, nbRepeats: 5, batchSize: 4 }, { steps: 39, saveEvery: 13 }],
  ['flux', { nbEpochs: 3, nbRepeats: 5, maxTrainSteps: 20 }, { steps: 20, saveEvery: 7 }],
  ['sdxl', { numUNetTrainSteps: 300, conceptPrompt: '' }, { steps: 300, triggerWord: '' }],
  ['sdxl', { lrScheduler: 'constant-with-warmup' }, { lrScheduler: 'constant_with_warmup' }],
  ['flux', { samplePrompts: ['a boat'], seed: 7 }, { seed: 7, samples: [{ prompt: 'a boat' }] }],
  ['flux', { optimizeFor: 'all' }, { include: null }],
  ['flux', { optimizeFor: 'likeness' }, { include: ['blocks.7.'] }],
])('%s %o', (profile, given, expected) => {
  const read = readTrainingOrder(given, target(profile));
  expect(read.request).toMatchObject(expected);
  expect(read.warnings).toEqual([]);
});

test.each<[TrainerProfile, TrainingParameters, RegExp]>([
  ['flux', { batchSize: 5 }, /^batchSize is 1 to 4 .* 5 was received/],
  ['musubi', { rank: 1 }, /^rank is 2 to 128/],
  ['flux', { rank: 65 }, /^rank is 2 to 64/],
  ['flux', { nbEpochs: 31 }, /^nbEpochs is 1 to 30/],
  ['flux', { maxTrainSteps: 10_001 }, /^maxTrainSteps is at most 10000/],
  ['musubi', { learningRate: 0.1 }, /^learningRate is/],
  ['musubi', { conceptPrompt: 'x'.repeat(21) }, /^conceptPrompt has 21/],
  ['flux', { optimizeFor: 'none' }, /^optimizeFor/],
  ['flux', { samplePrompts: ['a'], sampleSourceImages: [] }, /^sampleSourceImages/],
])('%s refuses %o', (profile, given, message) => {
  expect(() => readTrainingOrder(given, target(profile))).toThrow(message);
});

test.each<[TrainerProfile, TrainingParameters, string]>([
  ['flux', { learningRateTextEncoder: 1e-5, wandbKey: 'x' }, 'learningRateTextEncoder, wandbKey'],
  ['sdxl', { lrScheduler: 'cosine-with-restarts' }, 'without restarts'],
  ['musubi', { nbEpochs: 100, nbRepeats: 100 }, 'come to 100000 steps; it is trained for 40000'],
])('%s warns of %o', (profile, given, part) => {
  expect(readTrainingOrder(given, target(profile)).warnings.join()).toContain(part);
});

test('a likeness of a model whose layers nobody knows trains all of them, and says so', () => {
  const { request, warnings } = readTrainingOrder(
    { optimizeFor: 'likeness' },
    target('flux', { base: 'demo', likeness: [] }),
  );
  expect(request.include).toBeNull();
  expect(warnings.join()).toContain('which layers of demo carry a likeness is not known');
});

test('parameters that nobody knows are named', () => {
  const strange = { rank: 8, learningrate: 1 };
  expect(readTrainingOrder(strange, target('flux')).warnings).toEqual([
    'Nothing here knows learningrate: not used.',
  ]);
});
