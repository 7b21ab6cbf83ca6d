import { setTimeout as sleep } from 'node:timers/promises';
import type { JobsContext } from './jobs-context.ts';
import { beat, heartbeatEveryMs, removeOwners } from './owner-registry.ts';
import { recoverJobs } from './recover-jobs.ts';

/**
 * Where processes share a Postgres: say every 3 s that this one lives, and release the jobs of those that died. On PGlite
 * there is nobody else to tell or to look after.
 */
export function keepOwnership(context: JobsContext): { stop: () => Promise<void> } {
  const { database, owner, log } = context;
  const stopped = new AbortController();

  async function keep(): Promise<void> {
    while (database.kind === 'postgres' && !stopped.signal.aborted) {
      await sleep(heartbeatEveryMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      try {
        await beat(database.queries, owner);
        await recoverJobs(context);
      } catch (error) {
        log.error(error, 'the heartbeat of this process could not be stored');
      }
    }
  }

  const kept = keep();
  return {
    stop: async () => {
      stopped.abort();
      await kept;
      await removeOwners(database.queries, [owner]);
    },
  };
}
