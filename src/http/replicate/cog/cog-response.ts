/** A prediction as a container of Cog answers with it: under the id that its client gave it, its pictures as data. */
import { z } from 'zod';
import type { Job } from '../../../jobs/job.ts';
import type { JobProgress } from '../../../jobs/job-event.ts';
import type { DialectParts } from '../../dialect.ts';
import type { Links } from '../../kit/links.ts';
import { toPredictionId } from '../ids.ts';
import { jobShape } from '../job-fields.ts';
import { inlineOutputs, predictionAnswer, predictionSchema } from '../prediction-answer.ts';
import { readSentPrediction } from '../sent-prediction.ts';

export const cogPredictionSchema = predictionSchema
  .pick({ input: true, output: true, logs: true, version: true })
  .extend({
    id: z.string(),
    status: jobShape.status,
    error: z.string().exactOptional(),
    created_at: jobShape.created_at,
    started_at: jobShape.started_at,
    completed_at: jobShape.completed_at,
    metrics: z.object({ predict_time: z.number().exactOptional() }),
  });
export type CogPrediction = z.input<typeof cogPredictionSchema>;

/** The id that its client gave it, or else ours. */
export const cogId = (job: Job): string =>
  readSentPrediction(job.request)?.clientId ?? toPredictionId(job.id);

export interface CogTold {
  files: Pick<DialectParts['files'], 'read'>;
  progress: JobProgress | null;
  now: Date;
}

export async function readCogPrediction(job: Job, links: Links, told: CogTold): Promise<CogPrediction> {
  const { files, progress, now } = told;
  const data = await inlineOutputs(job, files);
  const { input, output, logs, version, status, error, metrics, ...rest } = predictionAnswer(job, {
    links,
    progress,
    data,
    now,
  });
  const { predict_time: seconds } = metrics;
  return {
    id: cogId(job),
    version,
    status,
    input,
    output,
    logs,
    ...(error === null ? {} : { error }),
    created_at: rest.created_at,
    started_at: rest.started_at,
    completed_at: rest.completed_at,
    metrics: seconds === undefined ? {} : { predict_time: seconds },
  };
}
