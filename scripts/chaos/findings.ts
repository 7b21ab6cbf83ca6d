import type { JobState } from '../../src/jobs/job.ts';

/** What a run has left, as far as it was looked at. */
export interface Findings {
  problems: string[];
  /** Of acknowledged requests. */
  states: Map<JobState, number>;
  pictures: number;
  /** Pictures of the real engine that another one with the same prompt, seed and LoRAs had to equal. */
  compared: number;
  mostAttempts: number;
  /** Attempts after one that was cut off, and how many pictures they found finished. */
  resumed: { attempts: number; withFinished: number; finished: number };
  /** For each job that ran when its server died: when it ran again. */
  runAgainAt: number[];
}
