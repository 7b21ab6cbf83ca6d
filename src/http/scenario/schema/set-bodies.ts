/** The bodies of the routes about training sets. */
import { z } from 'zod';
import { storableText } from '../../kit/storable-text.ts';
import { trainingPairSchema } from './training.ts';

/** Assets that one request may add. */
const mostAssets = 10;
const assetId = z.string().min(1).max(100);

export const trainingImageBody = z
  .object({
    assetId: assetId.optional().meta({ description: 'An asset; `data` and `name` are not looked at then.' }),
    assetIds: z
      .array(assetId)
      .min(1)
      .max(mostAssets, { error: `has too many assets: ${mostAssets} are taken in a single request` })
      .optional()
      .meta({ description: 'Several assets, with nothing beside them.' }),
    data: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'A picture as a data URL or base64, or its http(s) URL.' }),
    name: storableText(200).optional().meta({ description: 'Of the file in `data`.' }),
    preset: z
      .enum(['default', 'style', 'subject'])
      .optional()
      .meta({ description: 'Of automatic captions, which are not made here: not used.' }),
  })
  .refine((body) => body.assetIds === undefined || (body.assetId ?? body.data ?? body.name) === undefined, {
    error: 'has assetIds and another picture beside them. Send assetIds alone, or assetId, or data and name',
  })
  .refine(({ assetId, assetIds, data }) => (assetId ?? assetIds ?? data) !== undefined, {
    error: 'names no picture. Send assetId, assetIds, or data and name',
  });
export type TrainingImageBody = z.output<typeof trainingImageBody>;

export const pairsBody = z
  .array(trainingPairSchema.extend({ instruction: storableText(10_000).optional() }))
  .max(2000);
export type PairsBody = z.output<typeof pairsBody>;
