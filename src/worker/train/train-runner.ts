/**
 * Trainings: find or fetch what the plan names ─▶ train from the newest state ─▶ keep each epoch while the engine goes on ─▶ make
 * the version current. It has no limit of time, only of silence; it stops when a person pauses it, lets others have the device
 * between, and in either case goes on from where it was.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import { type Engine, OutOfTime, type TrainOutcome, type TrainReport } from '../../engines/engine.ts';
import type { EngineTrainingPlan } from '../../engines/engine-training-plan.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/open-jobs.ts';
import { redactDeep } from '../../security/redact.ts';
import type { StoredTraining, TrainingResult } from '../../training/stored-training.ts';
import type { Attempt } from '../attempt.ts';
import type { AttemptOutcome, KindRunner, Undone } from '../kind-runner.ts';
import { throttleProgress } from '../render/progress-throttle.ts';
import type { RequestTokens } from '../request-tokens.ts';
import { type EpochSaver, openEpochSaver, type SaverParts } from './epoch-saver.ts';
import { leftEpochs } from './left-epochs.ts';
import { prepareTraining, type TrainingPrepareParts, trainingFolder } from './prepare-training.ts';
import { letOthers, yieldWhenDue } from './share-device.ts';
import { type TrainProgress, trackTraining } from './train-progress.ts';

export interface TrainParts
  extends TrainingPrepareParts,
    Omit<SaverParts, 'engine' | 'work' | 'log' | 'signal'> {
  engine: Engine;
  work: Pick<Jobs['work'], 'recordEpoch' | 'othersWait'>;
  config: Pick<
    Config,
    'trainingsFolder' | 'trainingCacheFolder' | 'TRAINING_CACHE_GB' | 'TRAINING_SHARE' | 'TRAINING_STALL'
  >;
  tokens: Pick<RequestTokens, 'find'>;
  log: SaverParts['log'];
}

const lookMs = 1_000;

export function createTrainRunner(parts: TrainParts): KindRunner<StoredTraining> {
  return {
    limit: null,
    isAlone: true,
    prepare: async (job, attempt) => {
      await parts.store.register(job);
      if ((await parts.store.get(job.id))?.held === true) return { kind: 'holding' };
      const prepared = await prepare(job, attempt, parts);
      if (prepared.kind === 'prepared')
        return { kind: 'prepared', run: () => run(job, prepared.plan, attempt, parts) };
      return toUndone(prepared);
    },
  };
}

async function prepare(job: Job<StoredTraining>, attempt: Attempt, parts: TrainParts) {
  const { scratch, signal, turn, tell, warn } = attempt;
  const isWorthStoring = throttleProgress();
  const folders = { own: trainingFolder(parts.config, job.id), scratch };
  return prepareTraining(
    job,
    folders,
    {
      ...{ signal, hfToken: await parts.tokens.find(job.id) },
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
    },
    parts,
  );
}

/** Why it is told to stop, beside the reasons of the attempt. */
type Halt = 'held' | 'silent' | null;

async function run(
  job: Job<StoredTraining>,
  plan: EngineTrainingPlan,
  attempt: Attempt,
  parts: TrainParts,
): Promise<AttemptOutcome> {
  const saver = await openEpochSaver(job, { ...parts, signal: attempt.signal }, attempt);
  await keepLeftEpochs(job, saver, parts);
  const row = await parts.store.get(job.id);
  const tracker = trackTraining(plan.settings, plan.samples.length, row?.step ?? 0);
  for (;;) {
    const { outcome, halt } = await trainOnce({ job, plan, attempt, parts, saver, tracker });
    await saver.finished();
    await keepStand(job.id, tracker, parts);
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

/** A stop may have come between the file of an epoch and its row, and the engine passes no step twice. */
async function keepLeftEpochs(job: Job<StoredTraining>, saver: EpochSaver, { config }: TrainParts) {
  const folder = trainingFolder(config, job.id);
  for (const epoch of await leftEpochs(folder, job.task.plan.name, saver.steps())) saver.save(epoch);
  await saver.finished();
}

interface Training {
  job: Job<StoredTraining>;
  plan: EngineTrainingPlan;
  attempt: Attempt;
  parts: TrainParts;
  saver: EpochSaver;
  tracker: TrainProgress;
}

/** From taking the device to its end, or to the next time that others have it. */
async function trainOnce(training: Training): Promise<{ outcome: TrainOutcome; halt: Halt }> {
  const { job, plan, attempt, parts, saver, tracker } = training;
  const { config, engine } = parts;
  const stop = new AbortController();
  let halt: Halt = null;
  const halted = (why: Exclude<Halt, null>): void => {
    halt ??= why;
    stop.abort(why === 'silent' ? new OutOfTime() : undefined);
  };
  const silence = watchSilence(config.TRAINING_STALL, () => halted('silent'));
  const began = performance.now();
  let loadingMs: number | null = null;
  const tell = reporter(training);
  const signal = AbortSignal.any([attempt.signal, stop.signal]);
  const atWork = engine.train({
    ...{ job: job.id, plan, folder: trainingFolder(config, job.id), scratch: attempt.scratch, signal },
    cache: { folder: config.trainingCacheFolder, bytes: config.TRAINING_CACHE_GB * 10 ** 9 },
    doneEpochs: saver.doneSteps(),
    onReport: (report) => {
      silence.heard();
      if (report.type === 'step') loadingMs ??= performance.now() - began;
      tell(report, tracker.observe(report, performance.now() / 1000));
    },
  });
  const ended = new AbortController();
  const share = {
    mode: config.TRAINING_SHARE,
    work: parts.work,
    priority: job.priority,
    signal: ended.signal,
  };
  void yieldWhenDue(atWork, () => loadingMs, share);
  void followOrders(job.id, { hold: () => halted('held'), save: atWork.save }, parts, ended.signal);
  try {
    return { outcome: await atWork.outcome, halt };
  } finally {
    ended.abort();
    silence.end();
  }
}

/** What of a report is told and kept. */
function reporter({ job, attempt, parts, saver, tracker }: Training) {
  const isWorthStoring = throttleProgress();
  return (report: TrainReport, progress: ReturnType<TrainProgress['observe']>): void => {
    if (report.type === 'checkpoint') saver.save(report);
    if (report.type === 'frame') saver.saveSample(report);
    if (report.type === 'warning') attempt.warn(report.message);
    if (progress === null) return;
    const { step, total } = progress;
    const seen = { type: 'progress', job: job.id, call: null, phase: 'denoising', step, total } as const;
    if (!isWorthStoring(seen, performance.now())) return;
    attempt.tell({ type: 'progress', progress });
    if (report.type === 'step') void keepStand(job.id, tracker, parts, report).catch(() => {});
  };
}

async function keepStand(
  id: string,
  tracker: TrainProgress,
  { store }: TrainParts,
  report?: Extract<TrainReport, { type: 'step' }>,
): Promise<void> {
  await store.addPoints(id, tracker.takePoints());
  if (report === undefined) return;
  const { step, loss } = report;
  await store.change(id, { step, loss, secondsPerStep: tracker.secondsPerStep() });
}

/** Calls back when nothing was heard for so many seconds. */
function watchSilence(seconds: number, onSilence: () => void): { heard(): void; end(): void } {
  const timer = setTimeout(onSilence, seconds * 1000);
  return { heard: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

/** People pause a training and ask for an epoch in the database, on whatever process; look there. */
async function followOrders(
  id: string,
  act: { hold: () => void; save: () => void },
  { store, log }: TrainParts,
  signal: AbortSignal,
): Promise<void> {
  let saved = (await store.get(id).catch(() => null))?.saveAskedAt?.getTime() ?? 0;
  while (!signal.aborted) {
    await sleep(lookMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const row = await store.get(id).catch((error: unknown) => {
      log.warn({ err: error, job: id }, 'a training could not be looked at');
      return null;
    });
    if (row?.held === true) return act.hold();
    const asked = row?.saveAskedAt?.getTime() ?? 0;
    if (asked > saved) act.save();
    saved = Math.max(saved, asked);
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
