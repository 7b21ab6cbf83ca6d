/** The bodies of the routes about models. */
import { z } from 'zod';
import { storableText } from '../../kit/storable-text.ts';
import { conceptSchema } from './asset.ts';
import { modelTypeNames, privacies } from './enums.ts';
import { trainingParametersSchema } from './training.ts';

const name = storableText(64).refine((text) => text.trim() !== '', { error: 'has no letters' });
const shortDescription = storableText(256);
const classSlug = z
  .string()
  .max(64)
  .regex(/^[a-z0-9-]+$/)
  .nullable()
  .meta({ description: 'There are no classes here: not used.' });
const concepts = z.array(conceptSchema).max(50).meta({ description: 'The LoRAs of a composition.' });
const embedding = storableText(2000);

export const createModelBody = z.object({
  name: name.optional(),
  type: z.enum(modelTypeNames).optional(),
  shortDescription: shortDescription.optional(),
  baseModelId: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Which base model of the type, such as `model_demo`. Without it the usual one.' }),
  classSlug: classSlug.optional(),
  collectionIds: z.array(z.string().max(200)).max(50).optional(),
  concepts: concepts.optional(),
  privacy: z.enum(privacies).optional(),
});
export type CreateModelBody = z.output<typeof createModelBody>;

export const updateModelBody = z.object({
  name: name.optional(),
  type: z.enum(modelTypeNames).optional().meta({ description: 'Only while the model is new.' }),
  shortDescription: shortDescription.optional(),
  thumbnail: z.string().max(100).nullable().optional().meta({ description: 'An asset, or null for none.' }),
  epoch: z
    .string()
    .max(64)
    .nullable()
    .optional()
    .meta({ description: 'The epoch to render with; null for the last one.' }),
  classSlug: classSlug.optional(),
  concepts: concepts.optional(),
  parameters: trainingParametersSchema.optional(),
  promptEmbedding: embedding.optional(),
  negativePromptEmbedding: embedding.optional(),
  privacy: z.enum(privacies).optional(),
});
export type UpdateModelBody = z.output<typeof updateModelBody>;

export const bulkBody = z.object({
  modelIds: z.array(z.string().max(100)).max(500).default([]),
  minimal: z.boolean().default(false).meta({ description: 'Id, name, type and privacy only.' }),
  thumbnail: z.boolean().default(false),
  settings: z.boolean().default(false).meta({ description: 'With the prompt embeddings.' }),
  allTrainingImages: z.boolean().default(false),
  trainingImagesPreview: z.boolean().default(false),
});
export type BulkBody = z.output<typeof bulkBody>;

export const copyBody = z.object({
  copyAsTrained: z.boolean().default(false),
  copyExamples: z.boolean().default(true),
});

export const transferBody = z.object({
  destinationProjectId: z.string().min(1).max(64),
  destinationTeamId: z.string().max(64).optional(),
});

const tag = storableText(100).refine((text) => text.trim() !== '', { error: 'has no letters' });
export const tagsBody = z.object({
  add: z.array(tag).max(100).default([]),
  delete: z.array(tag).max(100).default([]),
  strict: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether adding what is there, or removing what is not, is an error.' }),
});
export const tagsAnswer = z.object({ added: z.array(z.string()), deleted: z.array(z.string()) });

export const descriptionBody = z.object({
  description: storableText(50_000).nullable().meta({ description: 'Markdown; null for none.' }),
});
export const examplesBody = z.object({
  assetIds: z.array(z.string().max(100)).max(150).meta({ description: 'All of them, in order.' }),
});

export const downloadBody = z.object({
  modelEpoch: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Without it the pinned epoch, else the last.' }),
});
