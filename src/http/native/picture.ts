import type { Catalog } from '../../catalog/load-catalog.ts';
import { parseProvenance } from '../../files/encode/provenance.ts';
import type { Job } from '../../jobs/job.ts';
import type { OutputRecord } from '../../jobs/reading/list-outputs.ts';
import type { JobStatus } from '../../jobs/reading/read-statuses.ts';
import { writtenNumber } from '../../render/exact-json.ts';
import type { Links } from '../kit/links.ts';
import { inNative } from './names.ts';
import { recipeResponse } from './recipe.ts';
import { progressResponse, statusFields } from './response.ts';
import type { PictureResponse, RequestResponse } from './schemas/picture-schema.ts';
import type { RecipeResponse } from './schemas/recipe-schema.ts';

export interface PictureContext {
  links: Links;
  catalog: Catalog;
}

export function pictureResponse(record: OutputRecord, { links, catalog }: PictureContext): PictureResponse {
  const { job, output, favourite, tags, createdAt } = record;
  const { index, kind, format, width, height, frames, fps, bytes, sha256 } = output;
  const path = `/v1/requests/${job}/outputs/${index}`;
  return {
    request_id: job,
    index,
    model: record.model,
    kind,
    format,
    width,
    height,
    num_frames: frames,
    fps,
    seed: writtenNumber(output.seed),
    url: links.to(path),
    thumbnail_url: links.to(`${path}/thumbnail`),
    bytes,
    sha256,
    created_at: createdAt.toISOString(),
    favourite,
    tags,
    recipe: storedRecipe(record, catalog),
  };
}

/** The recipe that was kept with an output. */
export function storedRecipe({ recipe }: OutputRecord, catalog: Catalog): RecipeResponse | null {
  const parsed = recipe === null ? null : parseProvenance(recipe);
  return parsed === null ? null : recipeResponse(parsed, catalog);
}

export function requestResponse(
  job: Job,
  { progress }: Pick<JobStatus, 'progress'>,
  outputs: readonly OutputRecord[],
  context: PictureContext,
): RequestResponse {
  return {
    ...statusFields(job),
    kind: job.kind,
    dialect: job.dialect,
    priority: job.priority,
    progress: progress === null ? null : progressResponse(progress),
    request: job.request,
    outputs: outputs
      .toSorted((a, b) => a.output.index - b.output.index)
      .map((output) => pictureResponse(output, context)),
    warnings: job.warnings.map(inNative),
  };
}
