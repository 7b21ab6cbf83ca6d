import type { Config } from '../config.ts';
import type { Stores } from './artifact-store.ts';
import { createFolderStore } from './folder-store.ts';
import { parseS3Location } from './s3/s3-location.ts';

/** Where these settings keep files. Throws an Error that says what is not right with ARTIFACTS_URL. */
export async function openStores(config: Pick<Config, 'ARTIFACTS_URL' | 'outputsFolder'>): Promise<Stores> {
  if (config.ARTIFACTS_URL === undefined) {
    return { artifacts: createFolderStore(config.outputsFolder), shared: null, close: () => {} };
  }
  const location = parseS3Location(config.ARTIFACTS_URL, process.env);
  // The client of S3 takes a while to load, and most do not need it.
  const { openS3Stores } = await import('./s3/open-s3-stores.ts');
  return openS3Stores(location);
}
