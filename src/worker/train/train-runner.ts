/**
 * Trainings: find or fetch what the plan names ─▶ train from the newest state ─▶ keep each epoch while the engine goes on ─▶ make
 * the version current. It has no limit of time, only of silence; it stops when a person pauses it, lets others have the device
 * between, and in either case goes on from where it was.
 */
import type { Config } from '../../config.ts';
import type { Engine, TrainOutcome } from '../../engines/engine.ts';
import { assertNever } from '../../errors/assert-never.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/open-jobs.ts';
import { redactDeep } from '../../security/redact.ts';
import type { StoredTraining, TrainingResult } from '../../training/stored-training.ts';
import type { TrainingRow } from '../../training/training-store.ts';
import type { Attempt } from '../attempt.ts';
import type { AttemptOutcome, KindRunner, Undone } from '../kind-runner.ts';
import { throttleProgress } from '../render/progress-throttle.ts';
import type { RequestTokens } from '../request-tokens.ts';
import { type EpochSaver, openEpochSaver } from './epochs/epoch-saver.ts';
import type { SaverParts } from './epochs/saving.ts';
import {
  type PreparedTraining,
  type PrepareTraining,
  prepareTraining,
  type TrainingPrepareParts,
  trainingFolder,
} from './prepare-training.ts';
import { letOthers } from './share-device.ts';
import { takeOverState } from './take-over-state.ts';
import { prepareToolkit, type ToolkitParts } from './toolkit/prepare-toolkit.ts';
import { type Halt, keepStand, type StartTurn, trainOnce } from './train-once.ts';
import { trackTraining } from './train-progress.ts';

export interface TrainParts
  extends TrainingPrepareParts,
    Omit<ToolkitParts, 'config'>,
    Omit<SaverParts, 'engine' | 'planFiles' | 'work' | 'log' | 'signal'> {
  engine: Engine;
  work: Pick<Jobs['work'], 'recordEpoch' | 'othersWait'>;
  config: ToolkitParts['config'] &
    Pick<Config, 'trainingCacheFolder' | 'TRAINING_CACHE_GB' | 'TRAINING_SHARE' | 'TRAINING_STALL'>;
  tokens: Pick<RequestTokens, 'find'>;
  log: SaverParts['log'];
}

export function createTrainRunner(parts: TrainParts): KindRunner<StoredTraining> {
  return {
    limit: null,
    isAlone: true,
    prepare: async (job, attempt) => {
      await parts.store.register(job);
      const row = await parts.store.get(job.id);
      if (row?.held === true) return { kind: 'holding' };
      const prepared = (await takeOver(job, row, attempt, parts)) ?? (await prepare(job, attempt, parts));
      if (prepared.kind === 'prepared')
        return { kind: 'prepared', run: () => run(job, prepared.start, attempt, parts) };
      return toUndone(prepared);
    },
  };
}

/** Null when all is well. */
async function takeOver(
  job: Job<StoredTraining>,
  row: TrainingRow | null,
  { warn }: Attempt,
  { store, config }: TrainParts,
): Promise<Extract<PreparedTraining, { kind: 'failed' }> | null> {
  if (row === null) return null;
  try {
    await takeOverState({
      job,
      row,
      warn,
      find: store.get,
      folderOf: (id) => trainingFolder(config, id),
    });
    return null;
  } catch (error) {
    if (!(error instanceof DarkroomError)) throw error;
    return { kind: 'failed', code: error.code, message: error.sentence, retryable: false };
  }
}

type Ready =
  | { kind: 'prepared'; start: (saver: EpochSaver) => StartTurn }
  | Exclude<PreparedTraining, { kind: 'prepared' }>;

/** Find or fetch what is needed, by whoever trains. */
function prepare(job: Job<StoredTraining>, attempt: Attempt, parts: TrainParts): Promise<Ready> {
  switch (job.task.engine) {
    case 'builtin':
      return prepareBuiltin(job, attempt, parts);
    case 'ai-toolkit':
      return prepareToolkit(job, attempt, parts);
    default:
      return assertNever(job.task.engine);
  }
}

async function prepareBuiltin(job: Job<StoredTraining>, attempt: Attempt, parts: TrainParts): Promise<Ready> {
  const { scratch, signal, turn, tell, warn } = attempt;
  const { config, engine } = parts;
  const isWorthStoring = throttleProgress();
  const folder = trainingFolder(config, job.id);
  const task: PrepareTraining = {
    signal,
    hfToken: await parts.tokens.find(job.id),
    onReport: (report) => {
      if (report.type === 'warning') return warn(report.message);
      if (report.phase === 'downloading') turn.leave();
      if (!isWorthStoring(report, performance.now())) return;
      const { phase, step, total } = report;
      tell({
        type: 'progress',
        progress: { phase, call: null, calls: 1, step, total, fraction: 0, etaSeconds: null },
      });
    },
  };
  const prepared = await prepareTraining(job, { own: folder, scratch }, task, parts);
  if (prepared.kind !== 'prepared') return prepared;
  const { plan } = prepared;
  const cache = { folder: config.trainingCacheFolder, bytes: config.TRAINING_CACHE_GB * 10 ** 9 };
  return {
    kind: 'prepared',
    start:
      (saver) =>
      ({ signal: stop, onReport }) =>
        engine.train({
          job: job.id,
          plan,
          folder,
          scratch,
          signal: stop,
          cache,
          onReport,
          doneEpochs: saver.doneSteps(),
        }),
  };
}

async function run(
  job: Job<StoredTraining>,
  start: (saver: EpochSaver) => StartTurn,
  attempt: Attempt,
  parts: TrainParts,
): Promise<AttemptOutcome> {
  const { store } = parts;
  const saver = await openEpochSaver(job, { ...parts, signal: attempt.signal }, attempt);
  const row = await store.get(job.id);
  const { settings, samples } = job.task.plan;
  const tracker = trackTraining(settings, samples.length, row?.step ?? 0);
  for (;;) {
    const { outcome, halt } = await trainOnce(start(saver), { ...parts, job, attempt, saver, tracker });
    await saver.finished();
    await keepStand(job.id, tracker, store);
    switch (outcome.kind) {
      case 'done':
        return finish(job, saver, parts);
      case 'yielded':
        if (await cannotReturn(job, attempt, parts)) return { kind: 'canceled' };
        continue;
      case 'canceled':
        return halted(halt, job, parts);
      default:
        return toUndone(outcome);
    }
  }
}

/** Let others have the device. True when the attempt was stopped meanwhile. */
async function cannotReturn(job: Job<StoredTraining>, attempt: Attempt, parts: TrainParts): Promise<boolean> {
  const { turn, signal } = attempt;
  const share = { mode: parts.config.TRAINING_SHARE, work: parts.work, priority: job.priority, signal };
  return letOthers(turn, share).then(
    () => false,
    () => true,
  );
}

async function finish(
  job: Job<StoredTraining>,
  saver: EpochSaver,
  parts: TrainParts,
): Promise<AttemptOutcome> {
  const { version, epochs } = await saver.publish();
  const { loss = null } = (await parts.store.get(job.id)) ?? {};
  const result: TrainingResult = { version, epochs, loss, versions: parts.engine.status().versions };
  return { kind: 'done', result };
}

async function halted(halt: Halt, { id }: Job, { store, config }: TrainParts): Promise<AttemptOutcome> {
  switch (halt) {
    case null:
      return { kind: 'canceled' };
    case 'silent':
      return {
        kind: 'crashed',
        message: `it reported nothing for TRAINING_STALL (${config.TRAINING_STALL} s)`,
      };
    case 'held':
      // It may have been let go on meanwhile.
      return (await store.get(id))?.held === true ? { kind: 'holding' } : { kind: 'canceled' };
    default:
      return assertNever(halt);
  }
}

function toUndone(outcome: Exclude<TrainOutcome, { kind: 'done' | 'yielded' }>): Undone {
  if (outcome.kind !== 'failed') return outcome;
  const { code, message } = outcome;
  return { kind: 'failed', error: redactDeep({ code, message }) };
}
