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
  /** A process that lived so long was in order; the next start is not held back for earlier ones. */
  provenAfter: 30_000,
};

export type EngineTiming = typeof engineTiming;
