/**
 * The life of a job.
 *
 *   accept ─▶ queued ──claim──▶ running ──finish──▶ succeeded
 *               │                 │  │
 *               │                 │  └──fail──▶ failed
 *               │                 └──cancel──▶ canceled      (at the next step)
 *               ├──cancel──▶ canceled                        (at once)
 *               └──fail──▶ failed                            (what it needs is gone)
 *             running ──release──▶ queued                    (owner died, engine crashed, server stops)
 *
 * Terminal states never change. Each output is recorded when its prompt is finished, and a released job only renders the
 * prompts that have none yet. A job that is released twice by a crash fails with ENGINE_CRASHED.
 */
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { RenderPlan } from '../render/plan.ts';
import type { OutputRequest } from '../render/request.ts';
import type { Seed } from '../render/seed.ts';
import type { Webhook } from './webhook.ts';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';

export const terminalStates: readonly JobState[] = ['succeeded', 'failed', 'canceled'];
export const isTerminal = (state: JobState): boolean => terminalStates.includes(state);

export interface JobOutput {
  /** Position of the prompt in the request. */
  index: number;
  kind: 'image' | 'video';
  format: 'jpeg' | 'png' | 'webp' | 'mp4';
  width: number;
  height: number;
  frames: number;
  fps: number | null;
  seed: Seed;
  /** Strength of each LoRA of the request in this picture. Absent in outputs of earlier versions. */
  scales?: number[];
  /** Key in the artifact store: `<job>/<job>_output_<index>.<extension>`. */
  key: string;
  bytes: number;
  sha256: string;
  /** Seconds of the device for this prompt. */
  seconds: number;
}

export interface JobLora {
  path: string;
  /** Null until it has been downloaded, where its host tells none. */
  sha256: string | null;
  scale: number;
}

export interface JobTimings {
  load_pipeline: number;
  adapters: number;
  render: number;
}

export interface Job {
  id: string;
  state: JobState;
  model: string;
  plan: RenderPlan;
  output: OutputRequest;
  previewEvery: number;
  priority: number;
  loras: JobLora[];
  warnings: Sentence[];
  outputs: JobOutput[];
  error: ErrorBody | null;
  timings: JobTimings | null;
  versions: Record<string, string>;
  /** Times the job was claimed. */
  attempts: number;
  /** API key that sent it, by id; null without keys. */
  keyId: string | null;
  webhook: Webhook | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** What a submission hands over; the store adds the rest. */
export interface NewJob {
  /** Drawn by the caller, so that files can be named after it before the job exists. */
  id: string;
  plan: RenderPlan;
  output: OutputRequest;
  previewEvery: number;
  priority: number;
  loras: JobLora[];
  warnings: Sentence[];
  keyId: string | null;
  webhook: Webhook | null;
  idempotency: { key: string; bodyHash: string } | null;
}
