import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { describeOpenFolder } from '../security/private-files.ts';

/** Creates the data folder with access for its user only. An existing one keeps its permissions; wider ones are logged. */
export async function makeDataFolder(folder: string, log: Logger): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const problem = await describeOpenFolder(folder);
  if (problem !== null) log.warn(problem);
}
