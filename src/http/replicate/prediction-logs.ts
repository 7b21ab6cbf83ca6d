import type { Job } from '../../jobs/job.ts';
import type { JobProgress } from '../../jobs/job-event.ts';
import { inReplicate } from './names.ts';
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
    `Using seed: ${seed}`,
    'No safety checker is installed: pictures are not checked.',
    ...new Set(job.warnings.map(inReplicate)),
    ...(job.startedAt === null ? [] : [progressLine(done, all, seconds)]),
    '',
  ].join('\n');
}

/** Steps of all pictures. */
function stepsDone(progress: JobProgress | null, steps: number): number {
  if (progress === null) return 0;
  const { phase, call, step, total } = progress;
  const before = (call ?? 0) * steps;
  if (phase === 'denoising') return before + Math.round((step / Math.max(1, total)) * steps);
  return before + (phase === 'decoding' || phase === 'saving' ? steps : 0);
}

/** ` 46%|####6     | 13/28 [00:03<00:03, 4.20it/s]` */
function progressLine(done: number, all: number, seconds: number): string {
  const share = all === 0 ? 1 : done / all;
  const bar = '#'.repeat(Math.floor(share * 10)).padEnd(10);
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? clock((all - done) / rate) : '?';
  const speed = rate > 0 ? rate.toFixed(2) : '?';
  return `${String(Math.floor(share * 100)).padStart(3)}%|${bar}| ${done}/${all} [${clock(seconds)}<${left}, ${speed}it/s]`;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}
