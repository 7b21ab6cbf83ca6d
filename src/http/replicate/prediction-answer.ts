import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Job, JobOutput } from '../../jobs/job.ts';
import type { JobProgress } from '../../jobs/job-event.ts';
import type { DialectParts } from '../dialect.ts';
import type { Links } from '../kit/links.ts';
import { outputTypes } from '../kit/send-output.ts';
import { toPredictionId } from './ids.ts';
import { jobFields, jobShape } from './job-fields.ts';
import { predictionLogs } from './prediction-logs.ts';
import { prefix } from './prefix.ts';
import { readSentPrediction } from './sent-prediction.ts';
import { streamOf } from './stream/stream-path.ts';

/** The official clients take an absent field, but not a null one, in `urls`, `version`, `webhook` and `metrics`. */
export const predictionSchema = z.object({
  id: z.string(),
  model: z.string(),
  version: z.string(),
  input: z.record(z.string(), z.unknown()),
  output: z.array(z.string()).nullable(),
  logs: z.string(),
  deadline: z.iso.datetime().optional(),
  ...jobShape,
  urls: z.object({ web: z.string(), get: z.string(), cancel: z.string(), stream: z.string() }),
});
export type PredictionAnswer = z.input<typeof predictionSchema>;

export interface PredictionTold {
  links: Links;
  progress: JobProgress | null;
  /** Pictures as data, where they are read. */
  data?: readonly string[];
  now: Date;
}

export function predictionAnswer(job: Job, { links, progress, data, now }: PredictionTold): PredictionAnswer {
  const sent = readSentPrediction(job.request);
  const get = links.to(`${prefix}/predictions/${toPredictionId(job.id)}`);
  const output = data ?? job.outputs.toSorted(byIndex).map((one) => outputUrl(job, one, links));
  const showsOutput = job.state === 'succeeded' || (job.state === 'running' && output.length > 0);
  return {
    id: toPredictionId(job.id),
    model: sent?.model ?? `darkroom/${job.model}`,
    version: sent?.version ?? 'hidden',
    input: sent?.input ?? {},
    output: showsOutput ? [...output] : null,
    logs: predictionLogs(job, sent ?? { seed: '0', steps: 0 }, progress, now),
    ...(sent?.deadline === undefined ? {} : { deadline: sent.deadline }),
    ...jobFields(job, sent?.events ?? []),
    urls: {
      web: get,
      get,
      cancel: `${get}/cancel`,
      stream: links.toSigned(streamOf(toPredictionId(job.id))),
    },
  };
}

const byIndex = (a: JobOutput, b: JobOutput): number => a.index - b.index;

/** Works without a key, as the official clients fetch it: for a day. */
export const outputUrl = (job: Job, output: JobOutput, links: Links): string =>
  links.toSigned(`${prefix}/outputs/${toPredictionId(job.id)}/${outputName(output)}`);

const outputName = ({ index, format }: JobOutput): string =>
  `out-${index}.${format === 'jpeg' ? 'jpg' : format}`;

/** A prediction with all that is known of it: how far it is, and its pictures as data where it was asked for so. */
export async function readPrediction(
  job: Job,
  links: Links,
  { jobs, files, clock }: Pick<DialectParts, 'jobs' | 'files' | 'clock'>,
): Promise<PredictionAnswer> {
  const status = job.state === 'running' ? await jobs.status(job.id) : null;
  const inline = readSentPrediction(job.request)?.inline === true;
  const told = { links, progress: status?.progress ?? null, now: clock() };
  return predictionAnswer(job, inline ? { ...told, data: await inlineOutputs(job, files) } : told);
}

/** The pictures as data URLs, when all are there. */
export async function inlineOutputs(job: Job, files: Pick<DialectParts['files'], 'read'>): Promise<string[]> {
  const shown = job.state === 'succeeded' ? job.outputs.toSorted(byIndex) : [];
  return (await Promise.all(shown.map((output) => dataUrl(output, files)))).flat();
}

/** Nothing for one whose file was removed. */
async function dataUrl(
  { key, format }: JobOutput,
  files: Pick<DialectParts['files'], 'read'>,
): Promise<string[]> {
  const found = await files.read(key);
  if (found === null) return [];
  return [`data:${outputTypes[format]};base64,${(await buffer(found.stream)).toString('base64')}`];
}
