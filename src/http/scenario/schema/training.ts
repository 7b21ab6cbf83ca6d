import { z } from 'zod';
import { lrSchedulers } from './enums.ts';

const above0 = z.number().positive();
const share = z.number().min(0).max(1);
const text = z.string().max(10_000);

/**
 * What a model is to be trained with. These are the widest ranges that any type has; those of a type are checked when it is
 * trained.
 */
export const trainingParametersSchema = z.object({
  age: text.optional(),
  batchSize: z.int().min(1).max(8).optional(),
  classPrompt: text.optional(),
  cloneType: text.optional(),
  conceptPrompt: text.optional().meta({ description: 'The trigger word.' }),
  gender: text.optional(),
  language: text.optional(),
  learningRate: above0.optional(),
  learningRateTextEncoder: above0.max(0.001).optional(),
  learningRateUnet: above0.optional(),
  lrScheduler: z.enum(lrSchedulers).optional(),
  maxTrainSteps: z.int().min(0).max(40_000).optional(),
  nbEpochs: z.int().min(1).max(100).optional(),
  nbRepeats: z.int().min(1).max(100).optional(),
  numTextTrainSteps: z.int().min(0).max(40_000).optional(),
  numUNetTrainSteps: z.int().min(0).max(40_000).optional(),
  optimizeFor: z.enum(['likeness', 'all', 'none']).optional(),
  priorLossWeight: above0.optional(),
  randomCrop: z.boolean().optional(),
  randomCropRatio: share.optional(),
  randomCropScale: share.optional(),
  rank: z.int().min(2).max(128).optional(),
  removeBackgroundNoise: z.boolean().optional(),
  samplePrompts: z.array(text).max(4).optional(),
  sampleSourceImages: z.array(z.string().max(200)).max(4).optional(),
  scaleLr: z.boolean().optional(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  textEncoderTrainingRatio: z.number().min(0).max(0.99).optional(),
  validationFrequency: z.int().min(0).optional(),
  validationPrompt: text.optional(),
  voiceDescription: text.optional(),
  wandbKey: z.string().max(40).optional(),
});
export type TrainingParameters = z.output<typeof trainingParametersSchema>;

export const trainingImageSchema = z.object({
  id: z.string().meta({ description: 'Of the asset.' }),
  automaticCaptioning: z.string(),
  createdAt: z.string(),
  description: z.string().meta({ description: 'Its caption: what a person wrote, else the automatic one.' }),
  downloadUrl: z.string(),
  name: z.string(),
});

export const trainingPairSchema = z.object({
  instruction: z.string().optional(),
  sourceId: z.string().optional(),
  targetId: z.string().optional(),
});
