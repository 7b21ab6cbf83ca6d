import { z } from 'zod';
import { assetPropertiesSchema, conceptSchema, linkedAssetSchema } from './asset.ts';
import {
  assetSources,
  capabilities,
  fileKinds,
  inputTypes,
  modelSources,
  modelStatuses,
  modelTypeNames,
  privacies,
  trainingStages,
} from './enums.ts';
import { trainingImageSchema, trainingPairSchema, trainingParametersSchema } from './training.ts';

/** A field of the body of `POST /generate/custom/{modelId}`. */
export const modelInputSchema = z.object({
  name: z.string(),
  type: z.enum(inputTypes),
  allowedValues: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  kind: z.enum(fileKinds).optional(),
  label: z.string().optional(),
  max: z.number().optional(),
  maxLength: z.number().optional(),
  min: z.number().optional(),
  modelTypes: z.array(z.enum(modelTypeNames)).optional(),
  parent: z.boolean().optional(),
  prompt: z.boolean().optional(),
  required: z.object({ always: z.boolean().optional() }).optional(),
  step: z.number().min(1).optional(),
});
export type ModelInput = z.input<typeof modelInputSchema>;

export const modelSchema = z.object({
  id: z.string(),
  authorId: z.string().optional(),
  capabilities: z.array(z.enum(capabilities)),
  collectionIds: z.array(z.string()),
  compliantModelIds: z
    .array(z.string())
    .optional()
    .meta({ description: 'Base models that it can be rendered on.' }),
  concepts: z.array(conceptSchema).optional(),
  createdAt: z.string(),
  custom: z.boolean(),
  deletedAt: z.string().optional().meta({ description: 'Only of a deleted model.' }),
  epoch: z.string().optional().meta({ description: 'The pinned epoch; the last one without it.' }),
  epochs: z.array(z.object({ epoch: z.string(), assets: z.array(linkedAssetSchema).optional() })).optional(),
  exampleAssetIds: z.array(z.string()),
  inputs: z.array(modelInputSchema).optional(),
  jobId: z.string().optional().meta({ description: 'Of its training, if it has had one.' }),
  name: z.string().optional(),
  negativePromptEmbedding: z.string().optional(),
  ownerId: z.string().optional(),
  parameters: trainingParametersSchema.optional(),
  parentModelId: z.string().optional().meta({ description: 'What it is a copy of.' }),
  privacy: z.enum(privacies),
  promptEmbedding: z.string().optional(),
  shortDescription: z.string().optional(),
  source: z.enum(modelSources),
  status: z.enum(modelStatuses),
  tags: z.array(z.string()),
  thumbnail: linkedAssetSchema.optional(),
  trainingImagePairs: z.array(trainingPairSchema).optional(),
  trainingImages: z.array(trainingImageSchema).optional(),
  trainingImagesNumber: z.int(),
  trainingProgress: z
    .object({
      stage: z.enum(trainingStages),
      updatedAt: z.number(),
      position: z.int().optional(),
      progress: z.number().min(0).max(1).optional(),
      remainingTimeMs: z.number().optional(),
      startedAt: z.number().optional(),
    })
    .optional(),
  trainingStats: z
    .object({
      endedAt: z.string().optional(),
      queueDuration: z.number().optional(),
      startedAt: z.string().optional(),
      trainDuration: z.number().optional(),
    })
    .optional(),
  type: z.enum(modelTypeNames),
  uiConfig: z
    .object({
      lorasComponent: z
        .object({ label: z.string(), modelInput: z.string(), scaleInput: z.string() })
        .optional(),
    })
    .optional(),
  updatedAt: z.string(),
});
export type ModelAnswer = z.input<typeof modelSchema>;

/** Of `POST /models/get-bulk`, where only three fields are certain. */
export const bulkModelSchema = modelSchema.partial().required({ id: true, privacy: true, type: true });
export type BulkModelAnswer = z.input<typeof bulkModelSchema>;

export const descriptionSchema = z.object({
  value: z.string().meta({ description: 'Markdown.' }),
  assets: z.array(
    z.object({
      id: z.string(),
      authorId: z.string(),
      kind: z.enum(fileKinds),
      mimeType: z.string(),
      ownerId: z.string(),
      privacy: z.enum(privacies),
      properties: assetPropertiesSchema,
      source: z.enum(assetSources),
      url: z.string(),
    }),
  ),
  models: z.array(
    z.object({
      id: z.string(),
      authorId: z.string().optional(),
      name: z.string().optional(),
      ownerId: z.string().optional(),
      privacy: z.enum(privacies),
      shortDescription: z.string().optional(),
      type: z.enum(modelTypeNames),
    }),
  ),
});
export type DescriptionAnswer = z.input<typeof descriptionSchema>;
