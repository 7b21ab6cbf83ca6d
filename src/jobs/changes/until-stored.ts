import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Repeat a change until the database takes it: a database that is away for a minute must not lose the end of a long render.
 * Gives up with the last error when the signal aborts.
 */
export async function untilStored<T>(store: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await store();
    } catch (error) {
      if (signal.aborted) throw error;
      log.error(error, 'a change of a job could not be stored; trying again');
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}
