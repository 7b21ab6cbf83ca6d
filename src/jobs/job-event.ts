/** What can be told about a job while it lives, in order. Sequence numbers grow by one within a job and never repeat. */
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { JobOutput, JobState } from './job.ts';
import type { WebhookEvent } from './webhook.ts';

export type JobEventBody =
  | { type: 'queued'; position: number }
  | { type: 'started'; attempt: number }
  | { type: 'progress'; progress: JobProgress }
  | {
      type: 'preview';
      call: number;
      step: number;
      width: number;
      height: number /** PNG, base64. */;
      image: string;
    }
  | { type: 'output'; output: JobOutput }
  | { type: 'warning'; message: Sentence }
  | { type: 'held' }
  | { type: 'epoch'; epoch: JobEpoch }
  | { type: 'ended'; state: JobState; error: ErrorBody | null };

export type JobEvent = JobEventBody & { job: string; sequence: number; at: Date };

/** What a job is at. A kind uses those that fit its work. */
export const jobPhases = [
  'queued',
  'held',
  'downloading',
  'loading',
  'adapters',
  'encoding',
  'denoising',
  'decoding',
  'saving',
  'caching_text',
  'caching_images',
  'training',
  'sampling',
] as const;

export interface JobProgress {
  phase: (typeof jobPhases)[number];
  /** Index of the unit that is at work, null before the first. */
  call: number | null;
  /** Units in all. */
  calls: number;
  /** Steps for `denoising` and `training`, bytes for `downloading`, parts otherwise. */
  step: number;
  total: number;
  /** 0 to 1 over the whole job. */
  fraction: number;
  etaSeconds: number | null;
  /** Of a training: the mean loss since the progress before. */
  loss?: number;
}

/** What a training has made of a LoRA so far. */
export interface JobEpoch {
  /** Counts from 1. */
  number: number;
  /** Updates of the weights that it holds. */
  step: number;
  /** Mean since the epoch before; null where none is known. */
  loss: number | null;
}

/** Which event of a webhook this is, if any. Of several starts, after crashes, only the first is told. */
export function webhookEventOf(body: JobEventBody): WebhookEvent | null {
  switch (body.type) {
    case 'started':
      return body.attempt === 1 ? 'started' : null;
    case 'progress':
      return 'progress';
    case 'output':
      return 'output';
    case 'ended':
      return 'completed';
    case 'queued':
    case 'preview':
    case 'warning':
    case 'held':
    case 'epoch':
      return null;
  }
}
