import { z } from 'zod';
import { isTerminal, type Job } from '../../../jobs/job.ts';
import type { JobProgress } from '../../../jobs/job-event.ts';
import { shownUrl } from '../../../security/outbound-url.ts';
import {
  type StoredTraining,
  storedTrainingSchema,
  trainedVersion,
} from '../../../training/stored-training.ts';
import type { Links } from '../../kit/links.ts';
import { toPredictionId } from '../ids.ts';
import { inReplicate, predictionStatuses, statusWords } from '../names.ts';
import { metricsOf } from '../prediction-answer.ts';
import { prefix } from '../prefix.ts';
import { progressLine } from '../progress-line.ts';
import { webhookFilters } from '../sent-prediction.ts';
import { readSentTraining } from './sent-training.ts';

const moment = z.iso.datetime();

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
  error: z.string().nullable(),
  logs: z.string(),
  status: z.enum(predictionStatuses),
  source: z.literal('api'),
  data_removed: z.boolean(),
  created_at: moment,
  started_at: moment.nullable(),
  completed_at: moment.nullable(),
  metrics: z.object({ predict_time: z.number().optional(), total_time: z.number().optional() }),
  webhook: z.string().optional(),
  webhook_events_filter: z.array(z.enum(webhookFilters)).optional(),
  urls: z.object({ web: z.string(), get: z.string(), cancel: z.string() }),
});
export type TrainingAnswer = z.input<typeof trainingSchema>;

export interface TrainingTold {
  links: Links;
  progress: JobProgress | null;
  now: Date;
}

export const isTraining = (job: Pick<Job, 'kind'>): boolean => job.kind === 'train';

export function trainingAnswer(job: Job, { links, progress, now }: TrainingTold): TrainingAnswer {
  const task = storedTrainingSchema.parse(job.task);
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
      job.state === 'succeeded' && sent !== null
        ? {
            version: `${sent.destination}:${trainedVersion({ id: job.id, task })}`,
            weights: links.toSigned(`${prefix}/trainings/${id}/trained_model.tar`),
          }
        : null,
    error: job.error === null ? null : inReplicate(job.error.message),
    logs: trainingLogs(job, task, progress, now),
    status: statusWords[job.state],
    source: 'api',
    data_removed: false,
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    completed_at: job.finishedAt?.toISOString() ?? null,
    metrics: metricsOf(job),
    ...(job.webhook === null
      ? {}
      : { webhook: shownUrl(new URL(job.webhook.url)), webhook_events_filter: sent?.events ?? [] }),
    urls: { web: get, get, cancel: `${get}/cancel` },
  };
}

/** What was not used, and as the last line how far it is. */
function trainingLogs(
  job: Pick<Job, 'warnings' | 'startedAt' | 'finishedAt' | 'state'>,
  { plan: { settings, items } }: StoredTraining,
  progress: JobProgress | null,
  now: Date,
): string {
  const { steps, seed, trigger } = settings;
  const done = job.state === 'succeeded' ? steps : Math.round((progress?.fraction ?? 0) * steps);
  const seconds =
    job.startedAt === null ? 0 : ((job.finishedAt ?? now).getTime() - job.startedAt.getTime()) / 1000;
  const isAtWork = job.startedAt !== null && (progress !== null || isTerminal(job.state));
  return [
    `Training on ${items.length} pictures${trigger === null ? '' : ` with the trigger word ${trigger}`}`,
    `Using seed: ${seed}`,
    ...new Set(job.warnings.map(inReplicate)),
    ...(progress === null || progress.phase === 'training'
      ? []
      : [`Now: ${progress.phase.replaceAll('_', ' ')}`]),
    ...(isAtWork ? [progressLine(done, steps, seconds)] : []),
    '',
  ].join('\n');
}
