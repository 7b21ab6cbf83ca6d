import { z } from 'zod';
import { storableText } from '../../kit/storable-text.ts';

export const uploadKinds = ['3d', 'asset', 'audio', 'avatar', 'image', 'model', 'text', 'video'] as const;
const mostParts = 1000;

export const createUploadBody = z.object({
  kind: z
    .enum(uploadKinds)
    .optional()
    .meta({ description: 'What it becomes: `model`, `image`, `video` or `asset`.' }),
  fileName: storableText(200).optional(),
  contentType: z.string().max(200).optional(),
  fileSize: z.int().min(1).optional().meta({ description: 'In bytes. No other size is taken then.' }),
  parts: z.int().min(1).max(mostParts).optional().meta({ description: 'Parts that it is sent in.' }),
  url: z.url().max(2000).optional().meta({ description: 'Where to fetch it; goes with `kind`.' }),
  civitaiModelUrl: z.url().max(2000).optional(),
  huggingFaceModelName: z.string().min(1).max(300).optional(),
  assetOptions: z
    .object({
      hide: z.boolean().optional(),
      parentId: z.string().max(100).optional(),
      collectionIds: z.array(z.string()).optional(),
    })
    .optional(),
});
export type CreateUploadBody = z.output<typeof createUploadBody>;

export const uploadSchema = z.object({
  id: z.string(),
  authorId: z.string(),
  createdAt: z.string(),
  entityId: z.string().optional().meta({ description: 'Of the model or asset that it became.' }),
  errorMessage: z.string().optional(),
  fileName: z.string(),
  fileSize: z.int().optional(),
  jobId: z.string().optional(),
  kind: z.enum(uploadKinds),
  ownerId: z.string(),
  parts: z.array(z.object({ number: z.int(), url: z.string(), expires: z.string() })).optional(),
  partsCount: z.int().optional(),
  source: z.enum(['civitai', 'huggingface', 'multipart', 'other', 'url']),
  status: z.enum(['complete', 'failed', 'imported', 'pending', 'validated', 'validating']),
  updatedAt: z.string(),
});
export type UploadAnswer = z.input<typeof uploadSchema>;
