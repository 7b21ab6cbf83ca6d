/** Time as the supervisor needs it; tests pass one that they move by hand. */
export interface Clock {
  /** Milliseconds from an arbitrary start that never jump back. */
  now(): number;
  /** Run once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
