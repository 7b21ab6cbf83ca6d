import { blobPrefix, parseFileKey } from '../files/file-key.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** Files are handed over before their job is accepted. */
const acceptingMs = 60 * 60 * 1000;
/** The same of a picture, which is handed over last. */
const lastHandedOverMs = 10 * 60 * 1000;
const lookUpAtOnce = 200;

/** Act on those of these blobs that nobody but jobs keeps, while nobody can begin to keep one. */
export type WhileUnkept = (
  hashes: readonly string[],
  act: (unkept: ReadonlySet<string>) => Promise<void>,
) => Promise<void>;

interface Blob {
  key: string;
  sha256: string;
  changedAt: Date;
  ageMs: number;
}

/**
 * Remove the blobs that nobody needs: control pictures when the last job that they came with has ended, LoRAs when no job that is
 * kept names them, and what was handed over for requests that never became a job. What others keep is left alone.
 */
export async function removeUnusedBlobs(parts: {
  files: Pick<FileStore, 'list' | 'removeUnchanged'>;
  jobs: Pick<Jobs, 'fileUse'>;
  whileUnkept: WhileUnkept;
  clock: () => Date;
}): Promise<void> {
  const candidates: Blob[] = [];
  const now = parts.clock().getTime();
  for await (const { key, changedAt } of parts.files.list(blobPrefix)) {
    const parsed = parseFileKey(key);
    const ageMs = now - changedAt.getTime();
    if (parsed.kind === 'blob' && ageMs > lastHandedOverMs)
      candidates.push({ key, sha256: parsed.sha256, changedAt, ageMs });
  }
  for (let start = 0; start < candidates.length; start += lookUpAtOnce) {
    const group = candidates.slice(start, start + lookUpAtOnce);
    const hashes = group.map(({ sha256 }) => sha256);
    const use = await parts.jobs.fileUse(hashes);
    const unused = group.filter(
      ({ sha256, ageMs }) => use.get(sha256) === 'ended' || (!use.has(sha256) && ageMs > acceptingMs),
    );
    if (unused.length === 0) continue;
    await parts.whileUnkept(
      unused.map(({ sha256 }) => sha256),
      async (unkept) => {
        // A request that needs one again has put it again before its job was accepted.
        for (const { key, sha256, changedAt } of unused)
          if (unkept.has(sha256)) await parts.files.removeUnchanged(key, changedAt);
      },
    );
  }
}
