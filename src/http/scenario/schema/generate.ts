/** The bodies of the routes that make pictures. */
import { z } from 'zod';
import { limits } from '../../../render/limits.ts';
import { longestPrompt } from '../../../render/prompts/prompt.ts';
import { storableText } from '../../kit/storable-text.ts';
import { conceptSchema } from './asset.ts';
import { schedulers } from './enums.ts';

export interface GenerateLimits {
  maxPrompts: number;
}

/** A seed may be a number or its digits. */
const seed = z.union([z.int().min(0), z.bigint(), z.string().regex(/^\d{1,19}$/)]);
const strength = z.number().min(-2).max(2);
const decimal = ([least, most]: readonly [number, number]) => z.number().min(least).max(most);
const whole = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);
const reference = z.string().min(1).max(500);
const picture = z.string().min(1);

/** Of `POST /generate/custom/{modelId}`. Which of these a model has stands in its `inputs`. */
export const createCustomBody = ({ maxPrompts }: GenerateLimits) =>
  z.looseObject({
    prompt: storableText(longestPrompt),
    negativePrompt: storableText(longestPrompt).nullish(),
    image: picture.nullish(),
    images: z.array(picture).max(10).nullish(),
    width: whole(limits.side).nullish(),
    height: whole(limits.side).nullish(),
    numFrames: whole(limits.numFrames).nullish(),
    fps: whole(limits.fps).nullish(),
    numInferenceSteps: whole(limits.steps).nullish(),
    guidance: decimal(limits.guidanceScale).nullish(),
    scheduler: z.string().max(100).nullish(),
    seed: seed.nullish(),
    numOutputs: z.int().min(1).max(maxPrompts).nullish(),
    modelId: reference.nullish(),
    modelEpoch: z.string().max(64).nullish(),
    loras: z.array(reference).max(50).nullish(),
    lorasScale: z.union([strength, z.array(strength).max(50)]).nullish(),
  });
export type CustomBody = z.output<ReturnType<typeof createCustomBody>>;

const aspectRatios = [
  '16:9',
  '1:1',
  '21:9',
  '2:3',
  '3:2',
  '3:4',
  '4:3',
  '4:5',
  '5:4',
  '9:16',
  '9:21',
] as const;
const side = z.int().min(64).max(2048).multipleOf(8);
/** Pictures of a request that does not say how many. */
export const usualSamples = 4;

/** Of `POST /generate/txt2img`. */
export const createTxt2imgBody = ({ maxPrompts }: GenerateLimits) =>
  z.looseObject({
    modelId: reference,
    prompt: storableText(longestPrompt),
    negativePrompt: storableText(longestPrompt).nullish(),
    negativePromptStrength: z.number().min(0).max(10).nullish(),
    baseModelId: reference.nullish(),
    modelEpoch: z.string().max(64).nullish(),
    concepts: z.array(conceptSchema).max(50).nullish(),
    aspectRatio: z.enum(aspectRatios).nullish(),
    width: side.nullish(),
    height: side.nullish(),
    guidance: decimal(limits.guidanceScale).nullish(),
    numInferenceSteps: whole(limits.steps).nullish(),
    numSamples: z.int().min(1).max(maxPrompts).nullish(),
    scheduler: z.union([z.enum(schedulers), z.string().max(100)]).nullish(),
    seed: seed.nullish(),
    hideResults: z.boolean().nullish(),
    intermediateImages: z.boolean().nullish(),
  });
export type Txt2imgBody = z.output<ReturnType<typeof createTxt2imgBody>>;
