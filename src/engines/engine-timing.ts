/** Time as the engine bridge needs it; tests pass a clock that they move by hand. */
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

/** Every wait of the engine bridge, in milliseconds. Tests shorten them. */
export const engineTiming = {
  pingEvery: 5000,
  /** Silence after which an idle process is taken for hung. */
  silence: 30_000,
  /** The same while it starts or a job runs: reading a large checkpoint can keep Python's lock for a minute. */
  silenceAtWork: 120_000,
  /** From `cancel` to SIGKILL. */
  cancelGrace: 5000,
  /** The same for a job that has had all of its time. */
  outOfTimeGrace: 1000,
  /** From `shutdown` to SIGTERM, and from there to SIGKILL. */
  stopGrace: 3000,
  firstBackoff: 200,
  longestBackoff: 30_000,
  /** A process that ran so long works; the next start is not held back for earlier ones. */
  provenAfter: 30_000,
  /** How often the spare looks whether it should start or end. */
  spareLookEvery: 1000,
  /** It starts when nothing has been starting or loading for so long. */
  spareDelay: 5000,
};

export type EngineTiming = typeof engineTiming;
