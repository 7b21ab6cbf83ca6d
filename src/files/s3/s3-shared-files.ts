import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { SharedFiles } from '../shared-files.ts';
import type { S3Bucket } from './s3-bucket.ts';

/** Files that are handed over through a bucket, up to the 5 GB that S3 takes in one piece. */
export function createS3SharedFiles(bucket: S3Bucket): SharedFiles {
  return {
    async offer(name, file) {
      if (await bucket.exists(name)) return;
      const { size: bytes } = await stat(file);
      const body = createReadStream(file);
      try {
        await bucket.put(name, { body, bytes, contentType: 'application/octet-stream' });
      } finally {
        body.destroy();
      }
    },
    async fetch(name, target, signal) {
      const found = await bucket.read(name, { signal });
      if (found === null) return false;
      try {
        await pipeline(found.stream, createWriteStream(target, { flags: 'wx' }), { signal });
        return true;
      } catch (error) {
        await rm(target, { force: true });
        throw error;
      }
    },
    list: bucket.list,
    remove: bucket.remove,
  };
}
