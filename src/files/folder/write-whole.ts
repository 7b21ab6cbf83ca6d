import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { contentHash, hashStream } from '../check-content.ts';
import type { FileContent, StoredFile } from '../file-store.ts';
import { hasCode, isOwnFolder } from './own-file.ts';

/** Names of files on their way in end with it. */
export const partSuffix = '.part';

const foreignFolder = 'The folder of a file is a link that leads elsewhere; it was left alone.';

/**
 * Write a file whole or not at all, into a folder of `root`, which is made. It is as open as `root`: those who share that have
 * their reasons. Throws STORAGE_FULL, and ContentMismatch when its SHA-256 is not the one `wanted`.
 */
export function writeWhole(
  root: string,
  file: string,
  content: FileContent,
  wanted: string | null,
): Promise<StoredFile> {
  return translateDiskErrors(async () => {
    const folder = path.dirname(file);
    await makeFolder(root, folder);
    if (!(await isOwnFolder(root, folder))) throw new Error(foreignFolder);
    const aside = path.join(folder, `.${path.basename(file)}.${randomUUID()}${partSuffix}`);
    try {
      const stored = await writeAside(aside, content, wanted, (await stat(root)).mode & 0o666);
      await rename(aside, file);
      await syncFolder(folder);
      return stored;
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  });
}

async function writeAside(
  aside: string,
  content: FileContent,
  wanted: string | null,
  mode: number,
): Promise<StoredFile> {
  const handle = await open(aside, 'wx', 0o600);
  try {
    const sha256 = await write(handle, content, wanted);
    await handle.chmod(mode);
    await handle.sync();
    return { bytes: (await handle.stat()).size, sha256 };
  } finally {
    await handle.close();
  }
}

/** Returns the SHA-256 of what was written. */
async function write(handle: FileHandle, content: FileContent, wanted: string | null): Promise<string> {
  if (content instanceof Uint8Array) {
    const sha256 = contentHash(content, wanted);
    await handle.writeFile(content);
    return sha256;
  }
  const { stream, sha256 } = hashStream(wanted);
  await pipeline(createReadStream(content.path, { highWaterMark: 1 << 20 }), stream, async (chunks) => {
    for await (const chunk of chunks) await handle.writeFile(chunk);
  });
  return sha256();
}

async function makeFolder(root: string, folder: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
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

/** Do something on the disk with the files; a full disk, or a used-up quota, becomes STORAGE_FULL. */
export async function translateDiskErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    const message = 'The disk with the outputs is full. Free space, or lower the retention settings.';
    throw new DarkroomError('STORAGE_FULL', message, { cause: error });
  }
}
