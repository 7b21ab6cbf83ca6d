/** Rings, for any number of listeners: none misses a ring between looking for something and waiting for it. */
export interface Bell {
  /** How often it rang. Ask before looking: what rings from then on is news. */
  rings(): number;
  ring(): void;
  /** Resolves when it has rung more often than that, with true, or when the time is over or the signal aborts. */
  wait(rings: number, longestMs: number, signal: AbortSignal): Promise<boolean>;
}

export function createBell(): Bell {
  let count = 0;
  let next = Promise.withResolvers<true>();
  return {
    rings: () => count,
    ring: () => {
      count += 1;
      next.resolve(true);
      next = Promise.withResolvers();
    },
    wait: async (rings, longestMs, signal) => {
      if (count > rings) return true;
      if (signal.aborted) return false;
      const { promise: over, resolve } = Promise.withResolvers<false>();
      const end = (): void => resolve(false);
      const timer = setTimeout(end, longestMs);
      signal.addEventListener('abort', end, { once: true });
      const rang = await Promise.race([next.promise, over]);
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      return rang;
    },
  };
}
