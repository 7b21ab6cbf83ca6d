import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { describeOpenFolder } from '../security/private-files.ts';

/** For its user only. One that is there keeps its rights, and the log says so when others have some. */
export async function makeDataFolder(folder: string, log: Logger): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const problem = await describeOpenFolder(folder);
  if (problem !== null) log.warn(problem);
}
