import { randomUUID } from 'node:crypto';
import { link, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { blobKey, isSha256, jobFileKey, parseFileKey, parseFilePrefix } from '../file-key.ts';
import type { FileStore, ListedFile, StoredFile } from '../file-store.ts';
import { openOwnFile } from './own-file.ts';
import { partSuffix, writeWhole } from './write-whole.ts';

/** Nobody still writes what was begun so long ago. */
const abandonedMs = 24 * 60 * 60 * 1000;

export interface StoreFolders {
  /** Of `jobs/<job>/<file>`, as `<job>/<file>`. */
  outputsFolder: string;
  /** Of `blobs/<sha256>`, as `<first two digits>/<sha256>`. */
  blobsFolder: string;
}

/**
 * Files in folders of this machine. A file is written aside, synced and renamed, so that it is whole or absent even when the
 * power fails. Links that lead out of the folders are not followed. `put` throws STORAGE_FULL when the disk is full.
 */
export function createFolderStore({ outputsFolder, blobsFolder }: StoreFolders): FileStore {
  const outputs = path.resolve(outputsFolder);
  const blobs = path.resolve(blobsFolder);
  const placeOf = (key: string): Place => {
    const parsed = parseFileKey(key);
    if (parsed.kind === 'job')
      return { root: outputs, file: path.join(outputs, parsed.job, parsed.file), sha256: null };
    const { sha256 } = parsed;
    return { root: blobs, file: path.join(blobs, sha256.slice(0, 2), sha256), sha256 };
  };
  return {
    isShared: false,
    put: async (key, content) => {
      const { root, file, sha256 } = placeOf(key);
      const known = sha256 === null ? null : await refresh({ root, file, sha256 });
      return known ?? writeWhole(root, file, content, sha256);
    },
    read: async (key, range) => {
      const { root, file } = placeOf(key);
      const handle = await openOwnFile(root, file);
      if (handle === null) return null;
      const { size } = await handle.stat();
      return { stream: handle.createReadStream({ ...range }), bytes: size };
    },
    fetch: async (key) => {
      const { root, file } = placeOf(key);
      const handle = await openOwnFile(root, file);
      await handle?.close();
      return handle === null ? null : file;
    },
    list: (prefix) => {
      const parsed = parseFilePrefix(prefix);
      return parsed.kind === 'blob' ? listBlobs(blobs) : listJob(outputs, parsed.job);
    },
    remove: async (keyOrPrefix) => {
      if (!keyOrPrefix.endsWith('/')) return rm(placeOf(keyOrPrefix).file, { force: true });
      const parsed = parseFilePrefix(keyOrPrefix);
      const folder = parsed.kind === 'blob' ? blobs : path.join(outputs, parsed.job);
      // `rm` removes a link itself, never what it leads to.
      await rm(folder, { recursive: true, force: true });
    },
    removeUnchanged: (key, changedAt) => removeUnchanged(placeOf(key).file, changedAt),
    locate: (key) => placeOf(key).file,
    close: () => {},
  };
}

interface Place {
  root: string;
  file: string;
  /** Of a blob: what its content has to have. */
  sha256: string | null;
}

/** What is known of a blob that is there, which is as good as put now. */
async function refresh({ root, file, sha256 }: Place & { sha256: string }): Promise<StoredFile | null> {
  const handle = await openOwnFile(root, file);
  if (handle === null) return null;
  try {
    const now = new Date();
    // Not by its name: it may be removed at this moment, which whoever puts it looks at afterwards.
    await handle.utimes(now, now);
    return { bytes: (await handle.stat()).size, sha256 };
  } finally {
    await handle.close();
  }
}

/** Looks at the time of a file that nobody can put again any more, and gives it back when somebody just has. */
async function removeUnchanged(file: string, changedAt: Date): Promise<void> {
  const aside = `${file}.${randomUUID()}${partSuffix}`;
  const isThere = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const { mtime } = await stat(aside);
  // Whoever missed it meanwhile has written it anew.
  if (mtime > changedAt) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function* listJob(root: string, job: string): AsyncGenerator<ListedFile> {
  const names = await readdir(path.join(root, job)).catch(() => []);
  for (const name of names.filter((one) => !one.startsWith('.'))) {
    const facts = await stat(path.join(root, job, name)).catch(() => null);
    if (facts?.isFile()) yield { key: jobFileKey(job, name), bytes: facts.size, changedAt: facts.mtime };
  }
}

/** What a killed process left half written is removed on the way. */
async function* listBlobs(root: string): AsyncGenerator<ListedFile> {
  for (const folder of await readdir(root).catch(() => [])) {
    for (const name of await readdir(path.join(root, folder)).catch(() => [])) {
      const file = path.join(root, folder, name);
      const facts = await stat(file).catch(() => null);
      if (facts === null) continue;
      if (isSha256(name)) yield { key: blobKey(name), bytes: facts.size, changedAt: facts.mtime };
      else if (name.endsWith(partSuffix) && Date.now() - facts.mtimeMs > abandonedMs)
        await rm(file, { force: true });
    }
  }
}
