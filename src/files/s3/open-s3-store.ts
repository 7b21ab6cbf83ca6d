import type { FileStore } from '../file-store.ts';
import { openS3Bucket } from './s3-bucket.ts';
import type { S3Location } from './s3-location.ts';
import { createS3Store } from './s3-store.ts';

/** Throws STORAGE_UNAVAILABLE. */
export async function openS3Store(location: S3Location): Promise<FileStore> {
  return createS3Store(await openS3Bucket(location));
}
