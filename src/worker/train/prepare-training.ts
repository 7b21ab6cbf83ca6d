import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config.ts';
import type { PrepareOutcome, PrepareTask } from '../../engines/engine.ts';
import type { EngineTrainingPlan } from '../../engines/engine-training-plan.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { blobKey } from '../../files/file-key.ts';
import type { Job } from '../../jobs/job.ts';
import { enginePipeline } from '../../render/engine-plan.ts';
import type { StoredTraining } from '../../training/stored-training.ts';
import { memoryShortage } from '../render/memory-shortage.ts';
import type { PrepareParts } from '../render/prepare-render.ts';
import { resolvePlan } from '../render/resolve-plan.ts';

export interface TrainingFolders {
  /** Outlives attempts: states, and files of the LoRA. */
  own: string;
  /** Of this attempt. */
  scratch: string;
}

export type PreparedTraining =
  | { kind: 'prepared'; plan: EngineTrainingPlan }
  | Exclude<PrepareOutcome, { kind: 'prepared' }>;

export interface TrainingPrepareParts extends PrepareParts {
  config: Pick<Config, 'trainingsFolder'>;
}

export type PrepareTraining = Pick<PrepareTask, 'signal' | 'onReport' | 'hfToken'>;

export const trainingFolder = (config: Pick<Config, 'trainingsFolder'>, job: string): string =>
  path.join(config.trainingsFolder, job);

/** The plan as the engine gets it, with everything that it names on this machine. Downloads are reported as progress. */
export async function prepareTraining(
  job: Job<StoredTraining>,
  folders: TrainingFolders,
  task: PrepareTraining,
  parts: TrainingPrepareParts,
): Promise<PreparedTraining> {
  const shortage = shortageOf(job, parts);
  if (shortage !== null)
    return { kind: 'failed', code: 'MODEL_TOO_LARGE', message: shortage, retryable: false };
  try {
    await mkdir(folders.own, { recursive: true });
    const plan = await resolveTraining(job, folders, task, parts);
    const { adapter } = plan.method;
    const wanted = { pipeline: plan.pipeline, ...(adapter === null ? {} : { adapter }) };
    const outcome = await parts.engine.prepare({ ...task, job: job.id, plan: wanted });
    return outcome.kind === 'prepared' ? { kind: 'prepared', plan } : outcome;
  } catch (error) {
    if (task.signal.aborted) return { kind: 'canceled' };
    if (!(error instanceof DarkroomError)) throw error;
    return { kind: 'failed', code: error.code, message: error.sentence, retryable: error.retryable };
  }
}

/** Training takes more memory than rendering, by a factor that the entry says. */
function shortageOf(
  { task: { plan } }: Job<StoredTraining>,
  { engine, planFiles, hostBytes }: TrainingPrepareParts,
): string | null {
  const entry = planFiles.catalog.get(plan.pipeline.model);
  if (entry === undefined) return null;
  const memory_gib = entry.memory_gib * (entry.training?.memory_factor ?? 1);
  const pipeline = enginePipeline(plan.pipeline, entry, planFiles.settings);
  return memoryShortage({ ...entry, memory_gib }, pipeline, engine.status(), hostBytes);
}

async function resolveTraining(
  { id, task: { plan } }: Job<StoredTraining>,
  { scratch }: TrainingFolders,
  task: PrepareTraining,
  { planFiles }: TrainingPrepareParts,
): Promise<EngineTrainingPlan> {
  const { pipeline, samples, method, items, toolkit: _, keep: __, ...rest } = plan;
  if (method === null) throw new Error(`The training ${id} has no plan for the built-in engine.`);
  const rendered = { pipeline, adapters: [], calls: samples };
  const resolved = await resolvePlan({ ...task, job: id, plan: rendered, scratch }, planFiles);
  const find = (sha256: string, label: string): Promise<string> =>
    locatePicture(sha256, label, scratch, task.signal, planFiles.files);
  const found: EngineTrainingPlan['items'] = [];
  for (const { controls, ...item } of items) {
    const file = await find(item.sha256, item.label);
    const files = await Promise.all(
      controls.map(async (sha256) => ({ sha256, file: await find(sha256, item.label) })),
    );
    found.push({ ...item, file, controls: files });
  }
  const { adapter } = method;
  const adapter_path = adapter === null ? null : planFiles.settings.locate(adapter.repository, undefined);
  return {
    ...rest,
    pipeline: resolved.pipeline,
    samples: resolved.calls,
    items: found,
    method: { ...method, adapter_path },
  };
}

/** The file of a picture on this machine. Throws DATASET_INVALID where there is none. */
export async function locatePicture(
  sha256: string,
  label: string,
  scratch: string,
  signal: AbortSignal,
  files: TrainingPrepareParts['planFiles']['files'],
): Promise<string> {
  const found = await files.fetch(blobKey(sha256), path.join(scratch, `${sha256}.png`), signal);
  if (found !== null) return found;
  throw new DarkroomError(
    'DATASET_INVALID',
    `The picture "${label}" of the set is not on the machine that trains. Send the training again; workers on other machines need ARTIFACTS_URL.`,
  );
}
