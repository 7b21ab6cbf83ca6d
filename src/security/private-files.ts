/**
 * Prompts, pictures and keys lie in the data folder, so it is for its own user only: folders 0700, files 0600. Folders that
 * settings put elsewhere (outputs, the hub cache) may be shared on purpose; files there are as open as the folder is.
 */
import { chmod, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const others = 0o077;
const setGroup = 0o2000;

/** From here on, what this process and its children make is for its user. */
export const keepNewFilesPrivate = (): void => void process.umask(others);

/**
 * A sentence for those who run the server when other users can get into a folder; null when they cannot. A folder that hands
 * its group on (as Kubernetes prepares one with `fsGroup`) is open to that group on purpose.
 */
export async function describeOpenFolder(folder: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const { mode } = await stat(folder);
  const open = mode & ((mode & setGroup) === 0 ? others : 0o007);
  if (open === 0) return null;
  return `Other users of this machine can get into the data folder ${folder} (mode ${(mode & 0o777).toString(8)}), where prompts, pictures and keys are: chmod -R go-rwx ${folder}`;
}

/**
 * Takes the rights of others away from everything in a folder, unless its mark, a file in it, shows that this was done. What is
 * new shows nothing.
 */
export async function makeTreePrivate(folder: string, mark: string, isNew: boolean): Promise<void> {
  if (process.platform === 'win32') return;
  if (!isNew && ((await stat(path.join(folder, mark))).mode & others) === 0) return;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inner = entries.filter((entry) => entry.name !== mark || entry.parentPath !== folder);
  await chmod(folder, 0o700);
  for (const entry of inner) {
    if (entry.isDirectory()) await chmod(path.join(entry.parentPath, entry.name), 0o700);
    else if (entry.isFile()) await chmod(path.join(entry.parentPath, entry.name), 0o600);
  }
  await chmod(path.join(folder, mark), 0o600);
}
