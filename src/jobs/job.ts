/**
 * The life of a job, whatever its kind.
 *
 *   accept ─▶ queued ──claim──▶ running ──finish──▶ succeeded
 *               │                 │  │
 *               │                 │  └──fail──▶ failed
 *               │                 └──cancel──▶ canceled      (when its runner has stopped)
 *               ├──cancel──▶ canceled                        (at once)
               ├──hold──▶ held ──unhold──▶ queued           (nobody takes it meanwhile)
 *               └──fail──▶ failed                            (what it needs is gone)
 *             running ──release──▶ queued                    (owner died, engine crashed, server stops)
 *             running ──release──▶ held                      (its runner was asked to hold)
 *
 * Terminal states never change. A job is done in units; the output of each is recorded when it is finished, and a released job
 * only does the units that have none yet. `job-machine.ts` says when a release is one too many.
 */
import { z } from 'zod';
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import { seedSchema } from '../render/seed.ts';
import type { JobFacts } from './job-kind.ts';
import type { Webhook } from './webhook.ts';

export const jobStates = ['queued', 'held', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type JobState = (typeof jobStates)[number];

export const terminalStates: readonly JobState[] = ['succeeded', 'failed', 'canceled'];
export const isTerminal = (state: JobState): boolean => terminalStates.includes(state);

export const jobOutputSchema = z.object({
  /** Position of the prompt in the request. */
  index: z.int(),
  kind: z.enum(['image', 'video']),
  format: z.enum(['jpeg', 'png', 'webp', 'mp4']),
  width: z.int(),
  height: z.int(),
  frames: z.int(),
  fps: z.number().nullable(),
  seed: seedSchema,
  /** Strength of each LoRA of the request in this picture. Absent in outputs of earlier versions. */
  scales: z.array(z.number()).exactOptional(),
  /** Key in the file store: `jobs/<job>/<job>_output_<index>.<extension>`. Versions up to 0.1 left out the prefix. */
  key: z.string().transform((key) => (key.startsWith('jobs/') ? key : `jobs/${key}`)),
  bytes: z.int(),
  sha256: z.string(),
  /** Seconds of the device for this prompt. */
  seconds: z.number(),
});
export type JobOutput = z.infer<typeof jobOutputSchema>;

/** What a kind says of an output besides: how it is found again, and how it was made. */
export interface OutputNote {
  /** What a search reads. */
  searched: string;
  /** SHA-256 of the LoRAs in it, in hex. */
  loras: readonly string[];
  /** JSON; null where the kind says nothing. */
  recipe: string | null;
  /** Equal for outputs that are made alike; null where the kind does not say. */
  recipeKey: string | null;
}

/** What a job is from the beginning to the end. */
interface JobTerms<Task> {
  id: string;
  kind: string;
  /** Id of the dialect that the request was sent in, which words what is told of it. */
  dialect: string;
  /** Of the key that sent it. */
  project: string;
  model: string;
  /** Parts that it is done in, with an output each. */
  units: number;
  /** What is to be done; its shape is a matter of the kind. */
  task: Task;
  /** What the client sent, without secrets and pictures; null when that is not known. */
  request: unknown;
  priority: number;
  warnings: Sentence[];
  /** API key that sent it, by id; null without keys. */
  keyId: string | null;
  webhook: Webhook | null;
}

export interface Job<Task = unknown> extends JobTerms<Task>, JobFacts {
  state: JobState;
  outputs: JobOutput[];
  error: ErrorBody | null;
  /** Times the job was claimed. */
  attempts: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** What a submission hands over. The id is drawn by it, so that files can be named after a job before that exists. */
export interface NewJob<Task = unknown> extends JobTerms<Task> {
  /** Jobs of a kind with the same one can share what has to be in memory, and wait in one queue. */
  queue: string;
  /** SHA-256 of the files that it needs, in hex, as far as they are known: caches keep them. */
  needs: string[];
  /** SHA-256 of the files that came with its request, in hex: they are removed when it has ended. */
  inputs: string[];
  idempotency: { key: string; bodyHash: string } | null;
  /** When it is canceled, if it has not ended by then. */
  cancelAt?: Date | null;
}
