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
  | { type: 'ended'; state: JobState; error: ErrorBody | null };

export type JobEvent = JobEventBody & { job: string; sequence: number; at: Date };

/** What a job is at. A kind uses those that fit its work. */
export const jobPhases = [
  'queued',
  'downloading',
  'loading',
  'adapters',
  'encoding',
  'denoising',
  'decoding',
  'saving',
] as const;

export interface JobProgress {
  phase: (typeof jobPhases)[number];
  /** Index of the unit that is at work, null before the first. */
  call: number | null;
  /** Units in all. */
  calls: number;
  /** Steps for `denoising`, bytes for `downloading`, parts otherwise. */
  step: number;
  total: number;
  /** 0 to 1 over the whole job. */
  fraction: number;
  etaSeconds: number | null;
}

/** Which event of a webhook this is, if any. Of several starts, after crashes, only the first is told. */
export function webhookEventOf(body: JobEventBody): WebhookEvent | null {
  switch (body.type) {
    case 'started':
      return body.attempt === 1 ? 'started' : null;
    case 'output':
      return 'output';
    case 'ended':
      return 'completed';
    case 'queued':
    case 'progress':
    case 'preview':
    case 'warning':
      return null;
  }
}
