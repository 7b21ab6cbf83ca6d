import { and, eq, isNull } from 'drizzle-orm';
import { epochFiles, models, modelVersions } from '../database/model-schema.ts';
import type { RegisteredFile } from '../render/request.ts';
import { type Asker, readableBy } from './asker.ts';
import { createBlobs } from './blobs.ts';
import type { RegistryContext } from './registry-context.ts';

/** A LoRA may have to come from a bucket first. */
const fetchMs = 10 * 60_000;

/** The file of an epoch of a model that the asker may render with, by its hash; null when there is none. */
export async function findLoraFile(
  context: RegistryContext,
  asker: Asker,
  sha256: string,
): Promise<RegisteredFile | null> {
  const [found] = await context.database.queries
    .select({ model: models.id })
    .from(epochFiles)
    .innerJoin(modelVersions, eq(modelVersions.id, epochFiles.version))
    .innerJoin(models, eq(models.id, modelVersions.model))
    .where(and(eq(epochFiles.blob, sha256), isNull(models.deletedAt), readableBy(asker, models)))
    .limit(1);
  const file =
    found === undefined ? null : await createBlobs(context).locate(sha256, AbortSignal.timeout(fetchMs));
  return file === null ? null : { file, sha256, share: 1 };
}
