import pLimit from 'p-limit';
import { blobKey } from '../file-key.ts';
import { openS3Bucket } from './s3-bucket.ts';
import type { S3Location } from './s3-location.ts';

/** What versions up to 0.1 handed over: `loras/<sha256>.safetensors` and `inputs/<job>/<sha256>.png`. */
const olderFolders = ['loras/', 'inputs/'];
const olderName = /\/([0-9a-f]{64})\.(safetensors|png)$/;
const atOnce = 8;

/** Gives the objects that earlier versions handed over the names of blobs. Throws STORAGE_UNAVAILABLE. */
export async function adoptOlderObjects(location: S3Location): Promise<void> {
  const bucket = await openS3Bucket(location);
  try {
    const limit = pLimit(atOnce);
    const renames: Promise<void>[] = [];
    for (const folder of olderFolders) {
      for await (const { name } of bucket.list(folder)) {
        const sha256 = olderName.exec(name)?.[1];
        if (sha256 !== undefined) renames.push(limit(() => bucket.rename(name, blobKey(sha256))));
      }
    }
    await Promise.all(renames);
  } finally {
    bucket.close();
  }
}
