import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { isTerminal } from './job.ts';
import type { Jobs } from './open-jobs.ts';

/** A request that is being received has files before it is a job. */
const receivingMs = 60 * 60 * 1000;

/** Remove the scratch folders of jobs that have ended or are gone: what a killed process and canceled jobs leave behind. */
export async function removeLeftovers(parts: {
  config: Pick<Config, 'scratchFolder'>;
  jobs: Pick<Jobs, 'get'>;
  clock: () => Date;
}): Promise<void> {
  const { scratchFolder } = parts.config;
  const entries = await readdir(scratchFolder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const folder = path.join(scratchFolder, entry.name);
    const job = await parts.jobs.get(entry.name);
    const isLeft = job === null ? await isOld(folder, parts.clock()) : isTerminal(job.state);
    if (isLeft) await rm(folder, { recursive: true, force: true });
  }
}

async function isOld(folder: string, now: Date): Promise<boolean> {
  const { mtimeMs } = await stat(folder);
  return now.getTime() - mtimeMs > receivingMs;
}
