import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSignals } from './job-signals.ts';

/** Looking without a signal is only for what a lost connection swallowed. */
const lookAgainMs = 5_000;

/** Rings when work may have come, also for one who starts to wait a moment later. */
export interface WorkBell {
  /** Before looking for work: what rings from now on is news. */
  reset(): void;
  wait(signal: AbortSignal): Promise<void>;
}

export function openWorkBell(signals: JobSignals): WorkBell {
  let next = Promise.withResolvers<void>();
  signals.subscribe('work', '', () => next.resolve());
  return {
    reset: () => {
      next = Promise.withResolvers();
    },
    wait: async (signal) => {
      const timer = new AbortController();
      const stop = AbortSignal.any([signal, timer.signal]);
      await Promise.race([next.promise, sleep(lookAgainMs, undefined, { signal: stop }).catch(() => {})]);
      timer.abort();
    },
  };
}
