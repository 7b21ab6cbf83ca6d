/** The bodies of the routes about assets. */
import { z } from 'zod';
import { storableText } from '../../kit/storable-text.ts';

const assetId = z.string().min(1).max(100);

export const uploadAssetBody = z.object({
  name: storableText(200).refine((text) => text.trim() !== '', { error: 'has no letters' }),
  image: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'A picture or clip: base64, a data URL or its http(s) URL.' }),
  hide: z.boolean().default(false).meta({ description: 'Leave it out of lists.' }),
  parentId: assetId.optional().meta({ description: 'Asset that it was made from.' }),
  collectionIds: z.array(z.string().max(200)).max(50).optional(),
  canvas: z.string().optional(),
  thumbnail: z.string().optional(),
});

export const updateAssetBody = z.object({
  name: storableText(200).optional(),
  description: storableText(10_000)
    .optional()
    .meta({ description: 'Its caption, where it is a training image.' }),
  canvas: z.string().optional(),
  thumbnail: z.string().optional(),
  disableSnapshot: z.boolean().optional(),
  lockExpiresAt: z.string().optional(),
  lockId: z.string().optional(),
});

export const bulkAssetsBody = z.object({ assetIds: z.array(assetId).max(200) });
export const deleteAssetsBody = z.object({ assetIds: z.array(assetId).min(1).max(100) });
