import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import type { Config } from '../../../config.ts';
import type { Engine, PrepareOutcome } from '../../../engines/engine.ts';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Job } from '../../../jobs/job.ts';
import { childEnvironment } from '../../../python/child/child-environment.ts';
import type { StoredTraining } from '../../../training/stored-training.ts';
import type { Attempt } from '../../attempt.ts';
import type { PlanFiles } from '../../render/resolve-plan.ts';
import type { RequestTokens } from '../../request-tokens.ts';
import type { EpochSaver } from '../epochs/epoch-saver.ts';
import { locatePicture, trainingFolder } from '../prepare-training.ts';
import type { StartTurn, TurnTask } from '../train-once.ts';
import { toolkitConfig } from './toolkit-config.ts';
import { chooseDevice } from './toolkit-device.ts';
import { layOutSet, type ToolkitFolder, toolkitFolder, writeConfig } from './toolkit-folder.ts';
import { type Checkout, startToolkit } from './toolkit-process.ts';
import { type Leaving, trainWithToolkit } from './train-with-toolkit.ts';

export interface ToolkitParts {
  engine: Pick<Engine, 'status' | 'unload'>;
  /** The device that the training has, as in DEVICES. */
  device: string;
  planFiles: PlanFiles;
  config: Pick<
    Config,
    | 'trainingsFolder'
    | 'MODEL_CACHE_DIR'
    | 'HF_TOKEN'
    | 'AI_TOOLKIT_PATH'
    | 'AI_TOOLKIT_PYTHON'
    | 'AI_TOOLKIT_DEVICE'
  >;
  tokens: Pick<RequestTokens, 'find'>;
}

type Ready =
  | { kind: 'prepared'; start: (saver: EpochSaver) => StartTurn }
  | Exclude<PrepareOutcome, { kind: 'prepared' }>;

/** Lay out everything that ai-toolkit reads. It fetches the base model itself. */
export async function prepareToolkit(
  job: Job<StoredTraining>,
  attempt: Attempt,
  parts: ToolkitParts,
): Promise<Ready> {
  const { AI_TOOLKIT_PATH: checkout, AI_TOOLKIT_PYTHON: python } = parts.config;
  if (checkout === undefined)
    return {
      kind: 'failed',
      code: 'TRAINING_UNSUPPORTED',
      retryable: false,
      message: 'The machine that took the training has no AI_TOOLKIT_PATH. Set it on every worker.',
    };
  try {
    const folder = toolkitFolder(trainingFolder(parts.config, job.id), job.id);
    await mkdir(folder.root, { recursive: true });
    const environment = await layOut(job, folder, attempt, parts);
    const start = { folder, environment, checkout: { path: checkout, python, spawn } };
    return { kind: 'prepared', start: (saver) => startTurn(job, start, { saver, attempt, parts }) };
  } catch (error) {
    if (attempt.signal.aborted) return { kind: 'canceled' };
    if (!(error instanceof DarkroomError)) throw error;
    return { kind: 'failed', code: error.code, message: error.sentence, retryable: error.retryable };
  }
}

/** Returns the environment of the process. */
async function layOut(
  { id, task: { plan } }: Job<StoredTraining>,
  folder: ToolkitFolder,
  { scratch, signal }: Attempt,
  { config, tokens, planFiles, engine, device: own }: ToolkitParts,
): Promise<Record<string, string | undefined>> {
  const { toolkit } = plan;
  if (toolkit === undefined) throw new Error(`The training ${id} has no plan for ai-toolkit.`);
  const entry = planFiles.catalog.get(plan.pipeline.model);
  const find = (sha256: string): Promise<string> =>
    locatePicture(sha256, sha256, scratch, signal, planFiles.files);
  const controls = await layOutSet(folder, plan.items, find);
  const sampleControls = await Promise.all(
    plan.samples.map(({ images }) =>
      Promise.all(Object.values(images).flatMap(({ pictures }) => pictures.map(find))),
    ),
  );
  const { device, variables } = chooseDevice(config.AI_TOOLKIT_DEVICE ?? own, engine.status(), process.env);
  const total = engine.status().memory?.total_bytes ?? 0;
  const needs = (entry?.memory_gib ?? 0) * (entry?.training?.memory_factor ?? 1) * 2 ** 30;
  const { repository } = plan.pipeline;
  await writeConfig(
    folder,
    toolkitConfig(
      { ...plan, toolkit },
      {
        job: id,
        trainingFolder: folder.root,
        pictures: folder.pictures,
        controls,
        sampleControls,
        database: folder.database,
        device,
        quantize: device !== 'cpu' && needs > total,
        nameOrPath: toolkit.name_or_path ?? planFiles.settings.locate(repository, undefined) ?? repository,
      },
    ),
  );
  const token = (await tokens.find(id)) ?? config.HF_TOKEN;
  return {
    ...childEnvironment(process.env, { modelCache: config.MODEL_CACHE_DIR, offline: false }),
    ...variables,
    ...(token === undefined ? {} : { HF_TOKEN: token }),
    AITK_JOB_ID: id,
  };
}

interface Start {
  folder: ToolkitFolder;
  environment: Record<string, string | undefined>;
  checkout: Checkout;
}

function startTurn(
  job: Job<StoredTraining>,
  { folder, environment, checkout }: Start,
  { saver, attempt, parts }: { saver: EpochSaver; attempt: Attempt; parts: ToolkitParts },
): StartTurn {
  const { engine, config } = parts;
  return (turn) =>
    trainWithToolkit({
      job: job.id,
      plan: job.task.plan,
      folder,
      doneEpochs: saver.steps(),
      start: async () => {
        // With a device of its own it keeps nobody waiting.
        if (config.AI_TOOLKIT_DEVICE === undefined) await engine.unload();
        else attempt.turn.leave();
        return startToolkit(folder, checkout, environment);
      },
      signal: turn.signal,
      onReport: turn.onReport,
      onLife: turn.onLife,
      onSample: saver.saveSampleFile,
      leaving: () => leavingOf(attempt, turn),
    });
}

function leavingOf({ stop }: Attempt, { halt }: TurnTask): Leaving {
  switch (halt()) {
    case 'held':
      return 'save';
    case 'silent':
      return 'kill';
    case null:
      // It outlives this process, and belongs to whoever has the job.
      return stop.reason === 'stopping' || stop.reason === 'lost' ? 'leave' : 'stop';
  }
}
