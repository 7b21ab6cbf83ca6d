/** What predictions and trainings say alike of their job. */
import { z } from 'zod';
import { isTerminal, type Job } from '../../jobs/job.ts';
import { shownUrl } from '../../security/outbound-url.ts';
import { inReplicate, predictionStatuses, statusWords } from './names.ts';
import { webhookFilters } from './sent-prediction.ts';

const moment = z.iso.datetime();

export const jobShape = {
  error: z.string().nullable(),
  status: z.enum(predictionStatuses),
  source: z.literal('api'),
  data_removed: z.boolean(),
  created_at: moment,
  started_at: moment.nullable(),
  completed_at: moment.nullable(),
  metrics: z.object({ predict_time: z.number().optional(), total_time: z.number().optional() }),
  webhook: z.string().optional(),
  webhook_events_filter: z.array(z.enum(webhookFilters)).optional(),
};
const jobFieldsSchema = z.object(jobShape);
type JobFields = z.input<typeof jobFieldsSchema>;

/** `events` are those that the webhook was to be told of. */
export function jobFields(job: Job, events: JobFields['webhook_events_filter']): JobFields {
  return {
    error: job.error === null ? null : inReplicate(job.error.message),
    status: statusWords[job.state],
    source: 'api',
    data_removed: false,
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    completed_at: job.finishedAt?.toISOString() ?? null,
    metrics: metricsOf(job),
    ...(job.webhook === null
      ? {}
      : { webhook: shownUrl(new URL(job.webhook.url)), webhook_events_filter: events }),
  };
}

function metricsOf({ createdAt, startedAt, finishedAt, state }: Job): JobFields['metrics'] {
  if (finishedAt === null || !isTerminal(state)) return {};
  const since = (from: Date): number => (finishedAt.getTime() - from.getTime()) / 1000;
  return { predict_time: startedAt === null ? 0 : since(startedAt), total_time: since(createdAt) };
}
