/** Removes what is older than RETENTION_HOURS, a little at a time, so that nobody notices. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { SharedFiles } from '../artifacts/shared-files.ts';
import type { Config } from '../config.ts';
import type { Jobs } from './open-jobs.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { removeSharedInputs } from './remove-shared-inputs.ts';

const everyMs = 60_000;
const batch = 20;

export interface RetentionParts {
  jobs: Pick<Jobs, 'states' | 'removeFinished'>;
  artifacts: Pick<ArtifactStore, 'removeJob'>;
  /** Null where processes share no files. */
  shared: Pick<SharedFiles, 'list' | 'remove'> | null;
  config: Pick<Config, 'RETENTION_HOURS' | 'scratchFolder'>;
  clock: () => Date;
  log: Logger;
}

/** Look every minute until stopped. */
export function startRetention(parts: RetentionParts): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await removeExpired(parts, stopped.signal).catch((error: unknown) =>
        parts.log.error({ err: error }, 'old requests could not be removed'),
      );
      await sleep(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
    }
  }
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/** Remove finished jobs and their files when RETENTION_HOURS is set, and scratch files of jobs that ended in any case. */
export async function removeExpired(parts: RetentionParts, signal: AbortSignal): Promise<number> {
  const { jobs, artifacts, shared, config, clock, log } = parts;
  await removeLeftovers(parts);
  if (shared !== null) await removeSharedInputs({ shared, jobs, clock });
  if (config.RETENTION_HOURS === 0) return 0;
  const before = new Date(clock().getTime() - config.RETENTION_HOURS * 60 * 60 * 1000);
  let removed = 0;
  while (!signal.aborted) {
    const count = await jobs.removeFinished(before, batch, artifacts.removeJob);
    removed += count;
    if (count < batch) break;
  }
  if (removed > 0) log.info({ removed }, 'requests older than RETENTION_HOURS were removed');
  return removed;
}
