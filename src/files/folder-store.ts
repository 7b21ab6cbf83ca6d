import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { isName, parseArtifactKey } from './artifact-key.ts';
import type { ArtifactStore } from './artifact-store.ts';

const foreignFolder = 'The folder of a job is a link that leads elsewhere; it was left alone.';

/**
 * Artifacts as files: `<folder>/<job>/<file>`. A file is written aside, synced and renamed, so that it is whole or absent
 * even when the power fails. Links that lead out of the folder are not followed. `put` throws STORAGE_FULL when the disk is
 * full.
 */
export function createFolderStore(folder: string): ArtifactStore {
  const root = path.resolve(folder);
  const pathOf = (key: string): string => {
    const { job, file } = parseArtifactKey(key);
    return path.join(root, job, file);
  };
  return {
    async put(key, content) {
      const target = pathOf(key);
      await translateDiskErrors(async () => {
        await makeOwnFolder(root, path.dirname(target));
        if (!(await isOwnFolder(root, path.dirname(target)))) throw new Error(foreignFolder);
        await writeWhole(target, content, (await stat(root)).mode);
      });
      return { bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
    },
    async read(key, range) {
      const handle = await openOwnFile(root, pathOf(key));
      if (handle === null) return null;
      const { size } = await handle.stat();
      return { stream: handle.createReadStream({ ...range }), bytes: size };
    },
    locate: pathOf,
    async removeJob(job) {
      if (!isName(job)) throw new TypeError(`A job id is a plain name, not ${JSON.stringify(job)}.`);
      // `rm` removes a link itself, never what it leads to.
      await rm(path.join(root, job), { recursive: true, force: true });
    },
  };
}

/** A file is as open as the folder of the store: those who share it have their reasons. */
async function writeWhole(target: string, content: Uint8Array, rootMode: number): Promise<void> {
  const aside = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.part`);
  try {
    const handle = await open(aside, 'wx');
    try {
      await handle.writeFile(content);
      await handle.chmod(rootMode & 0o666);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(target));
}

async function makeOwnFolder(root: string, folder: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const { mode } = await stat(root);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, mode & 0o777);
}

/** Makes the rename itself last. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The folder of a job must be a folder in the store, not a link to one elsewhere. */
async function isOwnFolder(root: string, folder: string): Promise<boolean> {
  return (await realpath(folder)) === path.join(await realpath(root), path.basename(folder));
}

/** Null when there is no such file: a link, a folder or a device is none. Throws when the disk cannot be read. */
async function openOwnFile(root: string, file: string): Promise<FileHandle | null> {
  try {
    if (!(await isOwnFolder(root, path.dirname(file))) || !(await lstat(file)).isFile()) return null;
    // Closes the gap between the check and here, where the platform can.
    return await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return null;
    throw error;
  }
}

/** Do something on the disk with the outputs; a full disk, or a used-up quota, becomes STORAGE_FULL. */
export async function translateDiskErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    const message = 'The disk with the outputs is full. Free space, or lower the retention settings.';
    throw new DarkroomError('STORAGE_FULL', message, { cause: error });
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
