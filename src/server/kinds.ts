/**
 * The kinds of work that Darkroom does: what is stored of each, and who runs it. A new kind is a new row here; the rest knows
 * that a job has a kind, and not which there are.
 */
import type { DeviceSlot } from '../engines/pool/device-slot.ts';
import type { FileStore } from '../files/file-store.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import type { ImportParts } from '../registry/import/import-parts.ts';
import {
  type ImportResult,
  type ImportTask,
  importFacts,
  importResultSchema,
  importTaskSchema,
} from '../registry/import/import-task.ts';
import {
  type RenderResult,
  renderFacts,
  renderResultSchema,
  type StoredRender,
  storedRenderSchema,
} from '../render/stored-render.ts';
import {
  type ReplayResult,
  type ReplayTask,
  replayFacts,
  replayResultSchema,
  replayTaskSchema,
} from '../replay/replay-task.ts';
import {
  type StoredTraining,
  storedTrainingSchema,
  type TrainingResult,
  trainingFacts,
  trainingResultSchema,
} from '../training/stored-training.ts';
import {
  type VerificationResult,
  type VerificationTask,
  verificationFacts,
  verificationResultSchema,
  verificationTaskSchema,
} from '../verification/verification-task.ts';
import { createImportRunner } from '../worker/import-runner.ts';
import type { KindRunner } from '../worker/kind-runner.ts';
import { createRenderRunner, type RenderParts } from '../worker/render/render-runner.ts';
import { createReplayRunner, type ReplayRunnerParts } from '../worker/replay-runner.ts';
import { createTrainRunner, type TrainParts } from '../worker/train/train-runner.ts';
import { createVerificationRunner, type VerificationRunnerParts } from '../worker/verification-runner.ts';

/** What runners are made from. */
export interface RunnerParts
  extends Omit<RenderParts, 'engine' | 'hostBytes' | 'config'>,
    Omit<TrainParts, 'engine' | 'hostBytes' | 'device' | 'config' | 'work'>,
    Omit<ReplayRunnerParts, 'work'>,
    Omit<VerificationRunnerParts, 'files'> {
  work: TrainParts['work'] & ReplayRunnerParts['work'];
  files: FileStore;
  imports: ImportParts;
  config: RenderParts['config'] & TrainParts['config'];
  tokens: RenderParts['tokens'];
}

type RunnerDevice = Pick<DeviceSlot, 'engine' | 'hostBytes' | 'name'>;

export type WorkKind<Task = unknown, Result = unknown> = JobKind<Task, Result> & Running<Task>;

type Running<Task> =
  /** Its jobs wait for each other at a device, and for the engine of that. */
  | { needsDevice: true; createRunner(parts: RunnerParts, device: RunnerDevice): KindRunner<Task> }
  /** Its jobs run beside all others; with `waits` for jobs that they have made, apart from those that do work. */
  | { needsDevice: false; waits?: true; createRunner(parts: RunnerParts): KindRunner<Task> };

/** By the name that jobs carry. */
export type WorkKinds = Readonly<Record<string, WorkKind>>;

const render: WorkKind<StoredRender, RenderResult> = {
  task: storedRenderSchema,
  result: renderResultSchema,
  facts: renderFacts,
  needsDevice: true,
  createRunner: (parts, { engine, hostBytes }) => createRenderRunner({ ...parts, engine, hostBytes }),
};

const importing: WorkKind<ImportTask, ImportResult> = {
  task: importTaskSchema,
  result: importResultSchema,
  facts: importFacts,
  needsDevice: false,
  createRunner: createImportRunner,
};

const train: WorkKind<StoredTraining, TrainingResult> = {
  task: storedTrainingSchema,
  result: trainingResultSchema,
  facts: trainingFacts,
  // Versions of models name what trained them.
  isKept: true,
  needsDevice: true,
  createRunner: (parts, { engine, hostBytes, name: device }) =>
    createTrainRunner({ ...parts, engine, hostBytes, device }),
};

const replay: WorkKind<ReplayTask, ReplayResult> = {
  task: replayTaskSchema,
  result: replayResultSchema,
  facts: replayFacts,
  needsDevice: false,
  waits: true,
  createRunner: createReplayRunner,
};

const verification: WorkKind<VerificationTask, VerificationResult> = {
  task: verificationTaskSchema,
  result: verificationResultSchema,
  facts: verificationFacts,
  needsDevice: false,
  waits: true,
  createRunner: createVerificationRunner,
};

export const kinds = { render, train, import: importing, replay, verification } as const satisfies WorkKinds;
