import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSignals } from './job-signals.ts';

/** Rings when work may have come, also for one who starts to wait a moment later. */
export interface WorkBell {
  /** Before looking for work: what rings from now on is news. */
  reset(): void;
  wait(signal: AbortSignal): Promise<void>;
}

/** `lookAgainMs`: the longest wait without a signal, for what becomes due by itself or a lost connection swallowed. */
export function openWorkBell(signals: JobSignals, topic: 'work' | 'webhook', lookAgainMs: number): WorkBell {
  let next = Promise.withResolvers<void>();
  signals.subscribe(topic, '', () => next.resolve());
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
