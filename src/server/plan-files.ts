import type { Config } from '../config.ts';
import { createCommitsOf } from '../engines/checkpoint-commits.ts';
import type { FileStore } from '../files/file-store.ts';
import { createFileHasher } from '../loras/file/hash-file.ts';
import type { PlanFiles } from '../worker/render/resolve-plan.ts';
import type { RequestParts } from './request-parts.ts';

/** The files on this machine that plans name. */
export function createPlanFiles(
  { catalog, settings, folders, remote, checkFit }: RequestParts,
  config: Pick<Config, 'downloadsFolder' | 'MODEL_CACHE_DIR'>,
  files: FileStore,
): PlanFiles {
  const hashFile = createFileHasher();
  return {
    catalog,
    settings,
    folders,
    remote,
    checkFit,
    files,
    hashFile,
    cacheFolder: config.downloadsFolder,
    commitsOf: createCommitsOf(config),
  };
}
