import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { blobKey } from './file-key.ts';
import { ContentMismatch, type FileStore } from './file-store.ts';
import { parseS3Location } from './s3/s3-location.ts';

const pictureName = /^([0-9a-f]{64})\.png$/;

/**
 * Make blobs of the files that versions up to 0.1 kept for waiting jobs: control pictures in the folder of their request,
 * `scratch/<job>/<sha256>.png`, and what was handed over through a bucket.
 */
export async function adoptOlderFiles(
  files: Pick<FileStore, 'put'>,
  config: Pick<Config, 'ARTIFACTS_URL' | 'scratchFolder'>,
): Promise<void> {
  if (config.ARTIFACTS_URL === undefined) return adoptPictures(files, config.scratchFolder);
  const { adoptOlderObjects } = await import('./s3/adopt-older-objects.ts');
  await adoptOlderObjects(parseS3Location(config.ARTIFACTS_URL, process.env));
}

/** They stay where they are until their job has ended: a request that is being received has its pictures there too. */
async function adoptPictures(files: Pick<FileStore, 'put'>, scratchFolder: string): Promise<void> {
  for (const job of await readdir(scratchFolder).catch(() => [])) {
    for (const name of await readdir(path.join(scratchFolder, job)).catch(() => [])) {
      const sha256 = pictureName.exec(name)?.[1];
      if (sha256 === undefined) continue;
      const picture = { path: path.join(scratchFolder, job, name) };
      await files.put(blobKey(sha256), picture, 'image/png').catch(ignoreUnusable);
    }
  }
}

/** Half a file, or one that its request has just removed. */
function ignoreUnusable(error: unknown): void {
  const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (!isGone && !(error instanceof ContentMismatch)) throw error;
}
