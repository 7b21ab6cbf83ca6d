import { createBell } from './bell.ts';
import type { JobSignals } from './job-signals.ts';

/** Rings when work may have come. */
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
  const bell = createBell();
  signals.subscribe(topic, '', bell.ring);
  return {
    rings: bell.rings,
    ring: bell.ring,
    wait: async (rings, signal) => {
      await bell.wait(rings, lookAgainMs, signal);
    },
  };
}
