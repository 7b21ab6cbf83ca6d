/** Which previews are held against which renders, and which cannot be, each with its reason. */
import type { JobEpoch, JobSample, JobSource, PreviewRequest } from './job-source.ts';
import type { VerificationResult, VerificationTask } from './verification-task.ts';

export interface Cell {
  step: number;
  index: number;
  sample: JobSample;
  preview: PreviewRequest;
  /** Null at step 0, where the LoRA changes nothing yet. */
  epoch: JobEpoch | null;
}

export type Skipped = VerificationResult['skipped'][number];

/** Of several samples of a step and prompt the newest counts. */
export function matchPairs(
  source: JobSource,
  { steps, prompts }: Pick<VerificationTask, 'steps' | 'prompts'>,
): { cells: Cell[]; skipped: Skipped[] } {
  const newest = new Map(source.samples.map((sample) => [`${sample.step} ${sample.index}`, sample]));
  const all = [...newest.values()].sort((a, b) => a.step - b.step || a.index - b.index);
  const last = all.at(-1)?.step;
  const wanted = all.filter(
    ({ step, index }) =>
      (steps === 'all' || (steps === 'last' ? step === last : steps.includes(step))) &&
      (prompts === null || prompts.includes(index)),
  );
  const cells: Cell[] = [];
  const skipped: Skipped[] = missing(source, { steps, prompts });
  for (const sample of wanted) {
    const { step, index } = sample;
    const found = cellOf(sample, source);
    if (typeof found === 'string') skipped.push({ step, index, reason: found });
    else cells.push(found);
  }
  return { cells, skipped };
}

function cellOf(sample: JobSample, source: JobSource): Cell | string {
  const { step, index } = sample;
  const previews = source.previews(step);
  const most = Math.max(...source.samples.filter((one) => one.step === step).map((one) => one.index));
  if (most >= previews.length)
    return `the list of prompts has changed: the job has ${previews.length} now, and step ${step} was sampled with ${most + 1}`;
  const preview = previews[index];
  if (preview === undefined) return 'the job has no such prompt';
  if (preview.unusable !== null) return preview.unusable;
  const epoch = source.epochs.find((one) => one.step === step) ?? null;
  if (step !== 0 && epoch === null)
    return `the LoRA of step ${step} is not there: the trainer deletes old ones (max_step_saves_to_keep)`;
  return { step, index, sample, preview, epoch: step === 0 ? null : epoch };
}

/** Steps and prompts that were asked for by number and are not there. */
function missing(
  source: JobSource,
  { steps, prompts }: Pick<VerificationTask, 'steps' | 'prompts'>,
): Skipped[] {
  const known = new Set(source.samples.map(({ step }) => step));
  const indexes = new Set(source.samples.map(({ index }) => index));
  return [
    ...(Array.isArray(steps) ? steps : [])
      .filter((step) => !known.has(step))
      .map((step) => ({ step, index: null, reason: `there are no samples of step ${step}` })),
    ...(prompts ?? [])
      .filter((index) => !indexes.has(index))
      .map((index) => ({ step: null, index, reason: `there are no samples of prompt ${index}` })),
  ];
}
