import { createHash } from 'node:crypto';
import { isName, parseArtifactKey } from '../artifact-key.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import type { S3Bucket } from './s3-bucket.ts';

/**
 * Artifacts as objects: `outputs/<job>/<file>` under the prefix of a bucket, on any server that speaks S3. An object appears
 * when all of it has arrived. Every method throws STORAGE_UNAVAILABLE when the store cannot be reached.
 */
export function createS3Store(bucket: S3Bucket): ArtifactStore {
  const nameOf = (key: string): string => {
    const { job, file } = parseArtifactKey(key);
    return `outputs/${job}/${file}`;
  };
  return {
    async put(key, content, contentType) {
      const bytes = content.byteLength;
      await bucket.put(nameOf(key), { body: content, bytes, contentType });
      return { bytes, sha256: createHash('sha256').update(content).digest('hex') };
    },
    read: (key, range) => bucket.read(nameOf(key), { range }),
    locate: (key) => bucket.urlOf(nameOf(key)),
    async removeJob(job) {
      if (!isName(job)) throw new TypeError(`A job id is a plain name, not ${JSON.stringify(job)}.`);
      for await (const { name } of bucket.list(`outputs/${job}/`)) await bucket.remove(name);
    },
  };
}
