import { mkdir, statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import { describeOpenFolder } from '../security/private-files.ts';

/** Creates the data folder with access for its user only. An existing one keeps its permissions; wider ones are logged. */
export async function makeDataFolder(folder: string, log: Logger): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const problem = await describeOpenFolder(folder);
  if (problem !== null) log.warn(problem);
}

/** Bytes that this user can still write on the disk of a folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
