import { orAborted } from '../../security/or-aborted.ts';

/** One at a time, in the order of asking. */
export interface Turns {
  /** Resolves when it is the caller's turn, with the function that ends it. Rejects with the reason of the signal. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    async take(signal) {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const before = last;
      last = before.then(() => ended);
      try {
        await orAborted(before, signal);
        return end;
      } catch (error) {
        end();
        throw error;
      }
    },
  };
}
