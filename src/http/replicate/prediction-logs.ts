import type { Job } from '../../jobs/job.ts';
import type { JobProgress } from '../../jobs/job-event.ts';
import { inReplicate } from './names.ts';
import { progressLine } from './progress-line.ts';
import type { SentPrediction } from './sent-prediction.ts';

type LoggedJob = Pick<Job, 'state' | 'units' | 'warnings' | 'startedAt' | 'finishedAt'>;

/**
 * What the original prints, as far as people read it: the seed, what was not used, and as the last line the progress in the form
 * of tqdm, which the official clients parse.
 */
export function predictionLogs(
  job: LoggedJob,
  { seed, steps }: Pick<SentPrediction, 'seed' | 'steps'>,
  progress: JobProgress | null,
  now: Date,
): string {
  const all = steps * job.units;
  const done = job.state === 'succeeded' ? all : Math.min(all, stepsDone(progress, steps));
  const seconds =
    job.startedAt === null ? 0 : ((job.finishedAt ?? now).getTime() - job.startedAt.getTime()) / 1000;
  return [
    ...logHead(job, { seed }),
    ...(job.startedAt === null ? [] : [progressLine(done, all, seconds)]),
    '',
  ].join('\n');
}

/** What is said before the work begins. */
export const logHead = (
  { warnings }: Pick<Job, 'warnings'>,
  { seed }: Pick<SentPrediction, 'seed'>,
): string[] => [`Using seed: ${seed}`, ...new Set(warnings.map(inReplicate))];

/** Steps of all pictures. */
export function stepsDone(progress: JobProgress | null, steps: number): number {
  if (progress === null) return 0;
  const { phase, call, step, total } = progress;
  const before = (call ?? 0) * steps;
  if (phase === 'denoising') return before + Math.round((step / Math.max(1, total)) * steps);
  return before + (phase === 'decoding' || phase === 'saving' ? steps : 0);
}
