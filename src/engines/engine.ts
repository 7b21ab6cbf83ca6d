/**
 * The engine as the rest of Darkroom sees it: renders one plan at a time, outlives its processes, and tells how it is.
 * `process-engine.ts` is the real one.
 */
import type { ErrorCode } from '../errors/codes.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { EnginePlan } from '../render/engine-plan.ts';
import type { EngineTrainingPlan } from './engine-training-plan.ts';
import type { Report } from './process/protocol.ts';

/** Reports that arrive while a job runs, in order. */
export type JobReport =
  | Extract<Report, { type: 'progress' | 'preview' | 'frame' }>
  | { type: 'warning'; job: string; message: Sentence };

/** The abort reason of a job that has used up its time: most likely it hangs, while others wait for the device. */
export class OutOfTime extends Error {}

export interface RenderTask {
  job: string;
  plan: EnginePlan;
  /** Calls of the plan to run, by index: those not finished by an earlier attempt. */
  calls: number[];
  /** Existing folder for the files of this job. */
  scratch: string;
  previewEvery: number;
  /**
   * Abort to cancel: the job stops at the next step, the process is killed if it does not. With an `OutOfTime` as the reason
   * it is killed sooner.
   */
  signal: AbortSignal;
  onReport: (report: JobReport) => void;
}

export interface PrepareTask extends Pick<RenderTask, 'job' | 'signal'> {
  /** `adapter`: a file of the hub that a training needs beside its pipeline. */
  plan: Pick<EnginePlan, 'pipeline'> & { adapter?: { repository: string; revision: string; file: string } };
  onReport: (report: Extract<JobReport, { type: 'progress' | 'warning' }>) => void;
  /** Token of the request for a gated checkpoint, before HF_TOKEN of the settings. Never stored, never logged. */
  hfToken: string | null;
}

/** Reports that arrive while a training runs, in order. `progress` is that of a sample. */
export type TrainReport =
  | Extract<Report, { type: 'stage' | 'step' | 'checkpoint' | 'progress' | 'frame' }>
  | { type: 'warning'; job: string; message: Sentence };

export interface TrainTask {
  job: string;
  plan: EngineTrainingPlan;
  /** Existing folder for states and files of the LoRA. A training goes on from the newest good state in it. */
  folder: string;
  /** Existing folder for the frames of samples. */
  scratch: string;
  /** Encoded texts and pictures, shared by all trainings. */
  cache: { folder: string; bytes: number };
  /** Steps whose checkpoints are known: they are not made again. */
  doneEpochs: readonly number[];
  /** As for a render. The state is written before a training ends. */
  signal: AbortSignal;
  onReport: (report: TrainReport) => void;
}

/** A training at work. Both words take effect after the current step, and do nothing once it has ended. */
export interface TrainingRun {
  readonly outcome: Promise<TrainOutcome>;
  /** End as `yielded`: the device is free, and the same task goes on later without loading what is still in memory. */
  yield(): void;
  /** Make a checkpoint now. */
  save(): void;
}

export type TrainEnd =
  | { kind: 'done'; peakBytes: number }
  /** Asked for by `yield`. `step`: updates done. */
  | { kind: 'yielded'; step: number };
export type TrainOutcome = TrainEnd | JobEnding;

export interface RenderEnd {
  kind: 'done';
  timings: { load_seconds: number; adapters_seconds: number; render_seconds: number };
  peakBytes: number;
}
export type RenderOutcome = RenderEnd | JobEnding;

/** The ends that every job can have. */
export type JobEnding =
  | { kind: 'failed'; code: ErrorCode; message: Sentence; retryable: boolean }
  /** By its signal, or because the engine was stopped during the job. In the second case it may be rendered again. */
  | { kind: 'canceled' }
  /** The process died under the job. Another is being started; the job may be tried once more. */
  | { kind: 'crashed'; message: string };

/** What the plan needs is on this machine, or cannot be had. */
export type PrepareOutcome = { kind: 'prepared' } | Extract<RenderOutcome, { kind: 'failed' | 'canceled' }>;

export interface EngineStatus {
  /** `elsewhere`: this process has none, others render. */
  state: 'starting' | 'ready' | 'busy' | 'restarting' | 'unavailable' | 'stopped' | 'elsewhere';
  /** Why it is not ready, for people. */
  reason: string | null;
  pid: number | null;
  versions: Record<string, string>;
  device: { type: string; name: string; dtype: string } | null;
  /** A job runs that still has its pipeline loaded. */
  isLoading: boolean;
  /** Pipelines in memory, as `pipelineKey` names them, most recently used last. */
  resident: string[];
  loads: number;
  merges: number;
  restarts: number;
  memory: { used_bytes: number; total_bytes: number; peak_bytes: number } | null;
}

export interface Engine {
  /**
   * Bring the checkpoint of the plan to this machine, without the device: other tasks may render in the meantime. Reports bytes as
   * phase `downloading`.
   */
  prepare(task: PrepareTask): Promise<PrepareOutcome>;
  /** What it needs has been prepared. */
  render(task: RenderTask): Promise<RenderOutcome>;
  /** What it needs has been prepared. It takes the place of a render: one job at a time. */
  train(task: TrainTask): TrainingRun;
  /** Give back the memory that it holds, to another program that is to have the device. Nothing may run. */
  unload(): Promise<void>;
  status(): EngineStatus;
  /** Resolves when ready, rejects with ENGINE_UNAVAILABLE when it cannot become so. */
  ready(): Promise<EngineStatus>;
  stop(): Promise<void>;
}
