import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { isTerminal } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** The files of a request are there before its job is. */
const receivingMs = 60 * 60 * 1000;
const lookUpAtOnce = 1_000;

/** Remove the scratch folders of jobs that have ended or no longer exist: killed processes and canceled jobs leave them behind. */
export async function removeLeftovers(parts: {
  config: Pick<Config, 'scratchFolder'>;
  jobs: Pick<Jobs, 'states'>;
  clock: () => Date;
}): Promise<void> {
  const { scratchFolder } = parts.config;
  const entries = await readdir(scratchFolder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (let start = 0; start < names.length; start += lookUpAtOnce) {
    const group = names.slice(start, start + lookUpAtOnce);
    const states = await parts.jobs.states(group);
    for (const name of group) {
      const folder = path.join(scratchFolder, name);
      const state = states.get(name);
      const isLeft = state === undefined ? await isOld(folder, parts.clock()) : isTerminal(state);
      if (isLeft) await rm(folder, { recursive: true, force: true });
    }
  }
}

async function isOld(folder: string, now: Date): Promise<boolean> {
  const { mtimeMs } = await stat(folder);
  return now.getTime() - mtimeMs > receivingMs;
}
