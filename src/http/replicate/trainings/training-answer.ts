import { z } from 'zod';
import { isTerminal, type Job } from '../../../jobs/job.ts';
import type { JobProgress } from '../../../jobs/job-event.ts';
import { bareUrl } from '../../../security/bare-url.ts';
import { storedTrainingSchema } from '../../../training/stored-training.ts';
import type { Links } from '../../kit/links.ts';
import { toPredictionId } from '../ids.ts';
import { jobFields, jobShape } from '../job-fields.ts';
import { inReplicate } from '../names.ts';
import { prefix } from '../prefix.ts';
import { progressLine } from '../progress-line.ts';
import { readSentTraining } from './sent-training.ts';

export const trainingSchema = z.object({
  id: z.string(),
  model: z.string(),
  version: z.string(),
  destination: z.string(),
  input: z.record(z.string(), z.unknown()),
  output: z
    .object({
      version: z.string().meta({ description: '`owner/name:<version>`, to run predictions with.' }),
      weights: z.string().meta({ description: 'A tar with the LoRA. Works without a key for a day.' }),
    })
    .nullable(),
  logs: z.string(),
  ...jobShape,
  urls: z.object({ web: z.string(), get: z.string(), cancel: z.string() }),
});
export type TrainingAnswer = z.input<typeof trainingSchema>;

export interface TrainingTold {
  links: Links;
  progress: JobProgress | null;
  now: Date;
}

export function trainingAnswer(job: Job, { links, progress, now }: TrainingTold): TrainingAnswer {
  const sent = readSentTraining(job.request);
  const id = toPredictionId(job.id);
  const get = links.to(`${prefix}/trainings/${id}`);
  return {
    id,
    model: sent?.model ?? `darkroom/${job.model}`,
    version: sent?.version ?? 'hidden',
    destination: sent?.destination ?? '',
    input: sent?.input ?? {},
    output:
      job.made !== undefined && sent !== null
        ? {
            version: `${sent.destination}:${job.made.version}`,
            weights: links.toSigned(`${prefix}/trainings/${id}/trained_model.tar`),
          }
        : null,
    logs: trainingLogs(job, progress, now),
    ...jobFields(job, sent?.events ?? []),
    urls: { web: get, get, cancel: `${get}/cancel` },
  };
}

/** What was not used, and as the last line how far it is. */
function trainingLogs(job: Job, progress: JobProgress | null, now: Date): string {
  const { about, steps } = workOf(job);
  const done = job.state === 'succeeded' ? steps : Math.round((progress?.fraction ?? 0) * steps);
  const seconds =
    job.startedAt === null ? 0 : ((job.finishedAt ?? now).getTime() - job.startedAt.getTime()) / 1000;
  const isAtWork = job.startedAt !== null && (progress !== null || isTerminal(job.state));
  return [
    ...about,
    ...new Set(job.warnings.map(inReplicate)),
    ...(progress === null || progress.phase === 'training'
      ? []
      : [`Now: ${progress.phase.replaceAll('_', ' ')}`]),
    ...(isAtWork ? [progressLine(done, steps, seconds)] : []),
    '',
  ].join('\n');
}

/** What is done, and the steps that its progress is told in: those of a training, else hundredths. */
function workOf(job: Job): { about: string[]; steps: number } {
  if (job.kind === 'import')
    return { about: [`Taking in ${bareUrl(job.checkpoint.repository)} without training`], steps: 100 };
  const { settings, items } = storedTrainingSchema.parse(job.task).plan;
  const { steps, seed, trigger } = settings;
  const word = trigger === null ? '' : ` with the trigger word ${trigger}`;
  return { about: [`Training on ${items.length} pictures${word}`, `Using seed: ${seed}`], steps };
}
