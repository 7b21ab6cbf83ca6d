import type { Config } from '../config.ts';
import type { FileStore } from './file-store.ts';
import { createFolderStore } from './folder/folder-store.ts';
import { parseS3Location } from './s3/s3-location.ts';

/** Where these settings keep files. Throws an Error that says what is not right with ARTIFACTS_URL. */
export async function openFileStore(
  config: Pick<Config, 'ARTIFACTS_URL' | 'outputsFolder' | 'blobsFolder'>,
): Promise<FileStore> {
  if (config.ARTIFACTS_URL === undefined) return createFolderStore(config);
  const location = parseS3Location(config.ARTIFACTS_URL, process.env);
  // The client of S3 takes a while to load, and most do not need it.
  const { openS3Store } = await import('./s3/s3-store.ts');
  return openS3Store(location);
}
