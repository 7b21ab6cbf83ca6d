/** What Scenario's training parameters mean to the core, by the trainer that Scenario itself has for a type. */
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { SamplePrompt, TrainingRequest } from '../../training/training-request.ts';
import { unsaidTraining } from '../../training/training-request.ts';
import type { TrainerProfile } from './model-types.ts';
import { type TrainingParameters, trainingParametersSchema } from './schema/training.ts';

interface Range {
  batchSize: readonly [number, number];
  nbEpochs: readonly [number, number];
  nbRepeats: readonly [number, number];
  rank: readonly [number, number];
  maxTrainSteps: number;
  learningRate: number;
  learningRates: readonly [number, number];
  usualRank: number;
}

const flux: Range = {
  batchSize: [1, 4],
  nbEpochs: [1, 30],
  nbRepeats: [1, 30],
  rank: [2, 64],
  maxTrainSteps: 10_000,
  learningRate: 1e-4,
  learningRates: [0, 1],
  usualRank: 16,
};
const musubi: Range = {
  batchSize: [1, 8],
  nbEpochs: [1, 100],
  nbRepeats: [1, 100],
  rank: [2, 128],
  maxTrainSteps: 40_000,
  learningRate: 5e-5,
  learningRates: [1e-5, 1e-3],
  usualRank: 64,
};
const stableDiffusion: Range = {
  ...flux,
  rank: [2, 128],
  maxTrainSteps: 40_000,
  learningRate: 5e-6,
  usualRank: 64,
};

export const trainingRanges: Readonly<Record<TrainerProfile, Range>> = {
  flux,
  musubi,
  sdxl: stableDiffusion,
  sd15: stableDiffusion,
};

export interface TrainingOrderRead {
  request: TrainingRequest;
  /** What was not used of the parameters. */
  warnings: string[];
}

/** What is to be trained. */
export interface TrainingTarget {
  profile: TrainerProfile;
  /** Pictures of the set. */
  images: number;
  /** The base model, and the layers of it that carry a likeness. */
  base: string;
  likeness: readonly string[];
}

/** Throws INVALID_REQUEST for what is out of the range of the type. */
export function readTrainingOrder(given: TrainingParameters, target: TrainingTarget): TrainingOrderRead {
  const { profile, images, likeness } = target;
  checkRanges(given, profile);
  const { learningRate, usualRank, maxTrainSteps } = trainingRanges[profile];
  const asked = stepsOf(given, profile, images);
  const steps = Math.max(1, Math.min(asked, maxTrainSteps));
  return {
    request: {
      ...unsaidTraining,
      triggerWord: triggerOf(given, profile),
      steps,
      learningRate: given.learningRate ?? learningRate,
      batchSize: given.batchSize ?? 1,
      rank: given.rank ?? usualRank,
      lrScheduler: schedulerOf(given),
      include: given.optimizeFor === 'likeness' && likeness.length > 0 ? [...likeness] : null,
      seed: given.seed ?? null,
      saveEvery: given.nbEpochs === undefined ? null : Math.ceil(steps / given.nbEpochs),
      samples: given.samplePrompts === undefined ? null : given.samplePrompts.map(toSample),
    },
    warnings: [
      ...unusedParameters(given, target),
      ...(steps < asked
        ? [`The parameters come to ${asked} steps; it is trained for ${steps}, the most for this type.`]
        : []),
    ],
  };
}

/** Of both ways of saying it, the one that takes less. */
function stepsOf(given: TrainingParameters, profile: TrainerProfile, images: number): number {
  const { nbEpochs, nbRepeats, batchSize = 1 } = given;
  const most = given.maxTrainSteps || given.numUNetTrainSteps || undefined;
  const epochs = profile === 'musubi' && most === undefined ? (nbEpochs ?? 10) : nbEpochs;
  const bySet =
    epochs === undefined && nbRepeats === undefined
      ? undefined
      : (epochs ?? 10) * Math.ceil((images * (nbRepeats ?? 20)) / batchSize);
  const all = [most, bySet].filter((steps) => steps !== undefined);
  return all.length === 0 ? usualSteps(profile, images) : Math.min(...all);
}

function usualSteps(profile: TrainerProfile, images: number): number {
  switch (profile) {
    case 'flux':
    case 'musubi':
      return images * 100;
    case 'sdxl':
      return images * 175;
    case 'sd15':
      return Math.round((images * 225) / 3);
  }
}

/** An empty one is said, and means none. */
function triggerOf({ conceptPrompt }: TrainingParameters, profile: TrainerProfile): string | null {
  if (conceptPrompt !== undefined) return conceptPrompt;
  return profile === 'sdxl' || profile === 'sd15' ? 'daiton' : null;
}

function schedulerOf({ lrScheduler }: TrainingParameters): TrainingRequest['lrScheduler'] {
  switch (lrScheduler) {
    case undefined:
      return null;
    case 'constant-with-warmup':
      return 'constant_with_warmup';
    case 'cosine-with-restarts':
      return 'cosine';
    case 'constant':
    case 'cosine':
    case 'linear':
    case 'polynomial':
      return lrScheduler;
  }
}

const toSample = (prompt: string): SamplePrompt => ({
  prompt,
  negativePrompt: null,
  width: null,
  height: null,
  steps: null,
  guidanceScale: null,
  seed: null,
});

const unused = [
  ...(['age', 'classPrompt', 'cloneType', 'gender', 'language', 'learningRateTextEncoder'] as const),
  ...(['learningRateUnet', 'numTextTrainSteps', 'priorLossWeight', 'randomCrop', 'randomCropRatio'] as const),
  ...(['randomCropScale', 'removeBackgroundNoise', 'sampleSourceImages', 'scaleLr'] as const),
  ...(['textEncoderTrainingRatio', 'validationFrequency', 'validationPrompt', 'voiceDescription'] as const),
  'wandbKey' as const,
];

function unusedParameters(given: TrainingParameters, { base, likeness }: TrainingTarget): string[] {
  const names = unused.filter((name) => given[name] !== undefined);
  const strangers = Object.keys(given).filter((name) => !Object.hasOwn(trainingParametersSchema.shape, name));
  return [
    ...(strangers.length === 0
      ? []
      : [`Nothing here knows ${strangers.slice(0, 10).join(', ').slice(0, 300)}: not used.`]),
    ...(names.length === 0 ? [] : [`Not used by this trainer: ${names.join(', ')}.`]),
    ...(given.lrScheduler === 'cosine-with-restarts'
      ? ['lrScheduler was taken as cosine, without restarts.']
      : []),
    ...(given.optimizeFor === 'likeness' && likeness.length === 0
      ? [
          `optimizeFor was not used: which layers of ${base} carry a likeness is not known, so that all were trained.`,
        ]
      : []),
  ];
}

function checkRanges(given: TrainingParameters, profile: TrainerProfile): void {
  const range = trainingRanges[profile];
  for (const name of ['batchSize', 'nbEpochs', 'nbRepeats', 'rank'] as const) {
    const value = given[name];
    const [least, most] = range[name];
    if (value !== undefined && (value < least || value > most))
      throw refused(`${name} is ${least} to ${most} for models of this type, and ${value} was received.`);
  }
  for (const name of ['maxTrainSteps', 'numUNetTrainSteps'] as const)
    if ((given[name] ?? 0) > range.maxTrainSteps)
      throw refused(
        `${name} is at most ${range.maxTrainSteps} for models of this type, and ${given[name]} was received.`,
      );
  const { learningRate, samplePrompts = [], sampleSourceImages } = given;
  const [slowest, fastest] = range.learningRates;
  if (learningRate !== undefined && (learningRate < slowest || learningRate > fastest))
    throw refused(
      `learningRate is ${slowest} to ${fastest} for models of this type, and ${learningRate} was received.`,
    );
  if (sampleSourceImages !== undefined && sampleSourceImages.length !== samplePrompts.length)
    throw refused(
      `sampleSourceImages has one picture for each of samplePrompts: ${sampleSourceImages.length} were received for ${samplePrompts.length}.`,
    );
  if (profile === 'musubi' && (given.conceptPrompt?.length ?? 0) > 20)
    throw refused(
      `conceptPrompt has ${given.conceptPrompt?.length} characters, and up to 20 are taken for this type. Send a shorter one.`,
    );
  if (given.optimizeFor === 'none')
    throw refused('optimizeFor=none would train nothing. Send likeness or all, or leave it out.');
}

const refused = (message: string): DarkroomError => new DarkroomError('INVALID_REQUEST', message);
