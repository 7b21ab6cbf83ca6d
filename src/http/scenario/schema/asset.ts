import { z } from 'zod';
import {
  assetSources,
  assetStatuses,
  assetTypes,
  editCapabilities,
  fileKinds,
  modelTypeNames,
  privacies,
} from './enums.ts';

export const conceptSchema = z.object({
  modelId: z.string().meta({ description: 'A LoRA.' }),
  scale: z.number().min(-2).max(2).meta({ description: 'Its strength.' }),
  modelEpoch: z.string().optional().meta({ description: 'Without it the pinned epoch, else the last.' }),
});

export const linkedAssetSchema = z.object({ assetId: z.string(), url: z.string() });

export const assetPropertiesSchema = z.object({
  size: z.int().meta({ description: 'In bytes.' }),
  width: z.int().optional(),
  height: z.int().optional(),
  duration: z.number().optional().meta({ description: 'Of a video, in seconds.' }),
  frameRate: z.number().optional(),
  nbFrames: z.int().optional(),
  format: z.string().optional(),
});

/** How it was made, as far as it was made here. */
const assetMetadataSchema = z.object({
  kind: z.enum(fileKinds),
  type: z.enum(assetTypes),
  name: z.string().optional(),
  prompt: z.string().optional(),
  negativePrompt: z.string().optional(),
  modelId: z.string().optional(),
  modelType: z.enum(modelTypeNames).optional(),
  baseModelId: z.string().optional(),
  concepts: z.array(conceptSchema).optional(),
  inferenceId: z.string().optional(),
  seed: z.string().optional(),
  guidance: z.number().optional(),
  numInferenceSteps: z.int().optional(),
  scheduler: z.string().optional(),
  outputIndex: z.int().optional(),
  parentId: z.string().optional(),
  rootParentId: z.string().optional(),
});

export const assetSchema = z.object({
  id: z.string(),
  authorId: z.string(),
  automaticCaptioning: z.string().optional(),
  collectionIds: z.array(z.string()),
  createdAt: z.string(),
  description: z.string().optional(),
  editCapabilities: z.array(z.enum(editCapabilities)),
  isHidden: z.boolean().optional(),
  kind: z.enum(fileKinds),
  metadata: assetMetadataSchema,
  mimeType: z.string(),
  outputIndex: z.int().optional(),
  ownerId: z.string(),
  privacy: z.enum(privacies),
  properties: assetPropertiesSchema,
  source: z.enum(assetSources),
  status: z.enum(assetStatuses),
  tags: z.array(z.string()),
  updatedAt: z.string(),
  url: z.string(),
});
export type AssetAnswer = z.input<typeof assetSchema>;
