import { blobPrefix, parseFileKey } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** Files are handed over before their job is accepted. */
const acceptingMs = 60 * 60 * 1000;
/** The same of a picture, which is handed over last. */
const lastHandedOverMs = 10 * 60 * 1000;
const lookUpAtOnce = 1_000;

interface Blob {
  key: string;
  sha256: string;
  ageMs: number;
}

/**
 * Remove the blobs that nobody needs: control pictures when the last job that they came with has ended, LoRAs when no job that is
 * kept names them, and what was handed over for requests that never became a job.
 */
export async function removeUnusedBlobs(parts: {
  files: Pick<FileStore, 'list' | 'remove'>;
  jobs: Pick<Jobs, 'fileUse'>;
  clock: () => Date;
}): Promise<void> {
  const candidates: Blob[] = [];
  const now = parts.clock().getTime();
  for await (const { key, changedAt } of parts.files.list(blobPrefix)) {
    const parsed = parseFileKey(key);
    const ageMs = now - changedAt.getTime();
    if (parsed.kind === 'blob' && ageMs > lastHandedOverMs)
      candidates.push({ key, sha256: parsed.sha256, ageMs });
  }
  for (let start = 0; start < candidates.length; start += lookUpAtOnce) {
    const group = candidates.slice(start, start + lookUpAtOnce);
    const use = await parts.jobs.fileUse(group.map(({ sha256 }) => sha256));
    for (const { key, sha256, ageMs } of group) {
      const isUnused = use.get(sha256) === 'ended' || (!use.has(sha256) && ageMs > acceptingMs);
      if (isUnused) await parts.files.remove(key);
    }
  }
}
