import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import { isTerminal } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';

/** The files of a request are there before its job is. */
const receivingMs = 60 * 60 * 1000;
const dayMs = 24 * receivingMs;
const lookUpAtOnce = 1_000;

export interface LeftoverParts {
  config: Pick<Config, 'scratchFolder' | 'trainingsFolder' | 'KEEP_STATE_DAYS'>;
  jobs: Pick<Jobs, 'states'>;
  clock: () => Date;
}

/**
 * Remove the folders of jobs that have ended or no longer exist: scratch files, which killed processes and canceled jobs leave
 * behind, and KEEP_STATE_DAYS later the states of trainings, whose epochs the registry has.
 */
export async function removeLeftovers(parts: LeftoverParts): Promise<void> {
  const { scratchFolder, trainingsFolder, KEEP_STATE_DAYS } = parts.config;
  await removeFrom(scratchFolder, 0, parts);
  await removeFrom(trainingsFolder, KEEP_STATE_DAYS * dayMs, parts);
}

/** `keepMs`: how long the folder of a job that has ended is kept after the last change in it. */
async function removeFrom(parent: string, keepMs: number, parts: LeftoverParts): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (let start = 0; start < names.length; start += lookUpAtOnce) {
    const group = names.slice(start, start + lookUpAtOnce);
    const states = await parts.jobs.states(group);
    for (const name of group) {
      const folder = path.join(parent, name);
      const state = states.get(name);
      const isLeft =
        state === undefined
          ? await isOlder(folder, Math.max(receivingMs, keepMs), parts.clock())
          : isTerminal(state) && (await isOlder(folder, keepMs, parts.clock()));
      if (isLeft) await rm(folder, { recursive: true, force: true });
    }
  }
}

async function isOlder(folder: string, ms: number, now: Date): Promise<boolean> {
  if (ms === 0) return true;
  const { mtimeMs } = await stat(folder);
  return now.getTime() - mtimeMs > ms;
}
