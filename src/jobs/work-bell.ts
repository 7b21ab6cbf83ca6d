import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSignals } from './job-signals.ts';

/** Rings when work may have come. Any number may listen; none misses a ring between looking for work and waiting for it. */
export interface WorkBell {
  /** How often it rang. Ask before looking for work: what rings from then on is news. */
  rings(): number;
  /** Ring in this process alone: what others here would find has changed. */
  ring(): void;
  /** Resolves when it has rung more often than that, or the signal aborts. */
  wait(rings: number, signal: AbortSignal): Promise<void>;
}

/** `lookAgainMs`: the longest wait without a signal, for what becomes due by itself or a lost connection swallowed. */
export function openWorkBell(signals: JobSignals, topic: 'work' | 'webhook', lookAgainMs: number): WorkBell {
  let count = 0;
  let next = Promise.withResolvers<void>();
  const ring = (): void => {
    count += 1;
    next.resolve();
    next = Promise.withResolvers();
  };
  signals.subscribe(topic, '', ring);
  return {
    rings: () => count,
    ring,
    wait: async (rings, signal) => {
      if (count > rings) return;
      const timer = new AbortController();
      const stop = AbortSignal.any([signal, timer.signal]);
      await Promise.race([next.promise, sleep(lookAgainMs, undefined, { signal: stop }).catch(() => {})]);
      timer.abort();
    },
  };
}
