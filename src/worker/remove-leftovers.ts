import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { isTerminal } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** The files of a request are there before its job is. */
const receivingMs = 60 * 60 * 1000;
const lookUpAtOnce = 1_000;

export interface LeftoverParts {
  config: Pick<Config, 'scratchFolder' | 'trainingsFolder'>;
  jobs: Pick<Jobs, 'states'>;
  clock: () => Date;
}

/**
 * Remove the folders of jobs that have ended or no longer exist: scratch files, which killed processes and canceled jobs leave
 * behind, and the states of trainings, whose epochs the registry has.
 */
export async function removeLeftovers(parts: LeftoverParts): Promise<void> {
  const { scratchFolder, trainingsFolder } = parts.config;
  for (const folder of [scratchFolder, trainingsFolder]) await removeFrom(folder, parts);
}

async function removeFrom(parent: string, parts: LeftoverParts): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (let start = 0; start < names.length; start += lookUpAtOnce) {
    const group = names.slice(start, start + lookUpAtOnce);
    const states = await parts.jobs.states(group);
    for (const name of group) {
      const folder = path.join(parent, name);
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
