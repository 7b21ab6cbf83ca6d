import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import path from 'node:path';

/** The folder of a file must be a folder in the store, not a link to one elsewhere. */
export async function isOwnFolder(root: string, folder: string): Promise<boolean> {
  return (await realpath(folder)) === path.join(await realpath(root), path.basename(folder));
}

/** Null when there is no such file: a link, a folder or a device is none. Throws when the disk cannot be read. */
export async function openOwnFile(root: string, file: string): Promise<FileHandle | null> {
  try {
    if (!(await isOwnFolder(root, path.dirname(file))) || !(await lstat(file)).isFile()) return null;
    // Closes the gap between the check and here, where the platform can.
    return await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return null;
    throw error;
  }
}

export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
