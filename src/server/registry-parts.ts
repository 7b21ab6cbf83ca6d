import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { ImportParts } from '../registry/import/import-parts.ts';
import { createSubmitImport, type SubmitImport } from '../registry/import/submit-import.ts';
import { openWeights, type Weights } from '../registry/import/take-weights.ts';
import { intakeLimits } from '../registry/intake/set-file.ts';
import { openRegistry, type Registry } from '../registry/open-registry.ts';
import type { RegistryContext } from '../registry/registry-context.ts';
import type { RequestTokens } from '../worker/request-tokens.ts';
import type { RequestParts } from './request-parts.ts';

export interface RegistryParts {
  registry: Registry;
  /** What imports are made with, by a worker. */
  imports: ImportParts;
  submitImport: SubmitImport;
  weights: Weights;
}

/** Pictures that are taken with an imported folder. */
const importedPictures = 2_000;

export function openRegistryParts(options: {
  database: Database;
  files: FileStore;
  request: RequestParts;
  jobs: Pick<Jobs, 'cancel' | 'accept'>;
  tokens: Pick<RequestTokens, 'remember'>;
  config: Config;
  clock: () => Date;
  newId: () => string;
}): RegistryParts {
  const { database, files, request, jobs, tokens, config, clock, newId } = options;
  const { catalog, folders, remote, readValues, checkFit, fetch, settings, images } = request;
  const context: RegistryContext = {
    database,
    files,
    catalog,
    clock,
    newId,
    cacheFolder: config.downloadsFolder,
    scratchFolder: config.scratchFolder,
    trashDays: config.REGISTRY_TRASH_DAYS,
    maxLoras: config.MAX_LORAS,
    maxTrainingImages: config.TRAINING_IMAGES_MAX,
    cancelTraining: async (job) => void (await jobs.cancel(job)),
  };
  const { accept } = jobs;
  const registry = openRegistry(context);
  return {
    registry,
    weights: openWeights({ fetch, blobs: registry.blobs, scratchFolder: config.scratchFolder }),
    imports: {
      registry: context,
      folders,
      remote,
      readValues,
      checkFit,
      fetch,
      readPicture: images.read,
      locate: settings.locate,
      limits: intakeLimits(importedPictures),
    },
    submitImport: createSubmitImport({
      registry: context,
      folders,
      accept,
      rememberToken: tokens.remember,
    }),
  };
}
