import { setTimeout as sleep } from 'node:timers/promises';
import type { JobsContext } from '../jobs-context.ts';
import { heartbeatEveryMs, ownerIsBeating, removeOwners } from './owner-registry.ts';
import { recoverJobs } from './recover-jobs.ts';

export interface Ownership {
  /** This process is about to claim jobs: from now on it says that it lives. Before each claim; it costs nothing again. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Where processes share a Postgres: say every 3 s that this one lives, when it runs jobs, and release the jobs of those that
 * died. On PGlite there is nobody else to tell or to look after.
 */
export function keepOwnership(context: JobsContext): Ownership {
  const { database, owner, log } = context;
  const stopped = new AbortController();
  let isWorker = false;

  async function beat(): Promise<void> {
    await database.queries.execute(ownerIsBeating(owner));
  }

  async function keep(): Promise<void> {
    while (database.kind === 'postgres' && !stopped.signal.aborted) {
      await sleep(heartbeatEveryMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      try {
        if (isWorker) await beat();
        await recoverJobs(context);
      } catch (error) {
        log.error(error, 'the heartbeat of this process could not be stored');
      }
    }
  }

  const kept = keep();
  return {
    begin: async () => {
      if (isWorker || database.kind === 'pglite') return;
      await beat();
      isWorker = true;
    },
    stop: async () => {
      stopped.abort();
      await kept;
      await removeOwners(database.queries, [owner]);
    },
  };
}
