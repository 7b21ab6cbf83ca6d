import type { Stores } from '../artifact-store.ts';
import { openS3Bucket } from './s3-bucket.ts';
import type { S3Location } from './s3-location.ts';
import { createS3SharedFiles } from './s3-shared-files.ts';
import { createS3Store } from './s3-store.ts';

/** Throws STORAGE_UNAVAILABLE. */
export async function openS3Stores(location: S3Location): Promise<Stores> {
  const bucket = await openS3Bucket(location);
  return { artifacts: createS3Store(bucket), shared: createS3SharedFiles(bucket), close: bucket.close };
}
