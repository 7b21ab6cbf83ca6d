import { z } from 'zod';
import { cogDocument, cogVersion } from './cog-document.ts';
import type { ServedModel, ServedVersion } from './served-model.ts';

export const versionSchema = z.object({
  id: z.string(),
  created_at: z.string(),
  cog_version: z.string(),
  openapi_schema: z.record(z.string(), z.unknown()),
});

/** A version as clients read it. */
export const versionAnswer = (
  model: ServedModel,
  { id, createdAt }: ServedVersion,
): z.input<typeof versionSchema> => ({
  id,
  created_at: createdAt.toISOString(),
  cog_version: cogVersion,
  openapi_schema: cogDocument(model),
});
