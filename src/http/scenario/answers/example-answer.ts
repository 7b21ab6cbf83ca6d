import { z } from 'zod';
import type { AssetRecord } from '../../../registry/assets/read-assets.ts';
import type { Links } from '../../kit/links.ts';
import { assetSchema } from '../schema/asset.ts';
import { inferenceTypes } from '../schema/enums.ts';
import { assetAnswer, renderedMetadataSchema } from './asset-answer.ts';

export const exampleSchema = z.object({
  asset: assetSchema,
  modelId: z.string(),
  inferenceId: z.string().optional(),
  inferenceParameters: z
    .object({
      prompt: z.string(),
      type: z.enum(inferenceTypes),
      negativePrompt: z.string().optional(),
      guidance: z.number().optional(),
      numInferenceSteps: z.int().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      baseModelId: z.string().optional(),
    })
    .optional(),
});
export type ExampleAnswer = z.input<typeof exampleSchema>;

/** A picture that was made here tells what it was asked with. */
export function exampleAnswer(modelId: string, asset: AssetRecord, links: Links): ExampleAnswer {
  const answer = { asset: assetAnswer(asset, links), modelId };
  const rendered = renderedMetadataSchema.safeParse(asset.metadata).data;
  const type = rendered?.type === 'img2img' ? 'img2img' : 'txt2img';
  if (rendered === undefined || asset.kind === 'video') return answer;
  const { prompt, negativePrompt, guidance, numInferenceSteps, baseModelId, inferenceId } = rendered;
  return {
    ...answer,
    inferenceId,
    inferenceParameters: {
      prompt,
      type,
      baseModelId,
      ...(negativePrompt === undefined ? {} : { negativePrompt }),
      ...(guidance === undefined ? {} : { guidance }),
      ...(numInferenceSteps === undefined ? {} : { numInferenceSteps }),
      ...(asset.width === null ? {} : { width: asset.width }),
      ...(asset.height === null ? {} : { height: asset.height }),
    },
  };
}
