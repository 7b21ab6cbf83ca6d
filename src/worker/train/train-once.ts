/** One turn of a training at the device: from starting what trains to its end, or to the next time that others have it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import { OutOfTime, type TrainingRun, type TrainOutcome, type TrainReport } from '../../engines/engine.ts';
import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/open-jobs.ts';
import type { StoredTraining } from '../../training/stored-training.ts';
import type { TrainingStore } from '../../training/training-store.ts';
import type { Attempt } from '../attempt.ts';
import { throttleProgress } from '../render/progress-throttle.ts';
import type { EpochSaver } from './epochs/epoch-saver.ts';
import type { SaverParts } from './epochs/saving.ts';
import { yieldWhenDue } from './share-device.ts';
import type { TrainProgress } from './train-progress.ts';

/** Why it is told to stop, beside the reasons of the attempt: a person paused it, or it says nothing any more. */
export type Halt = 'held' | 'silent' | null;

/** What trains hears and tells. */
export interface TurnTask {
  signal: AbortSignal;
  onReport: (report: TrainReport) => void;
  /** It lives, though it has nothing to report. */
  onLife: () => void;
  /** Why `signal` has aborted, as far as this turn knows. */
  halt: () => Halt;
}

/** Starts what trains. Without `yield` it cannot let others in. */
export type StartTurn = (task: TurnTask) => Pick<TrainingRun, 'outcome' | 'save'> & Partial<TrainingRun>;

export interface TurnParts {
  job: Job<StoredTraining>;
  attempt: Attempt;
  saver: EpochSaver;
  tracker: TrainProgress;
  store: TrainingStore;
  work: Pick<Jobs['work'], 'othersWait'>;
  config: Pick<Config, 'TRAINING_SHARE' | 'TRAINING_STALL'>;
  log: SaverParts['log'];
}

const lookMs = 1_000;

export async function trainOnce(
  start: StartTurn,
  parts: TurnParts,
): Promise<{ outcome: TrainOutcome; halt: Halt }> {
  const { job, attempt, tracker, config, work } = parts;
  const stop = new AbortController();
  let halt: Halt = null;
  const halted = (why: Exclude<Halt, null>): void => {
    halt ??= why;
    stop.abort(why === 'silent' ? new OutOfTime() : undefined);
  };
  const silence = watchSilence(config.TRAINING_STALL, () => halted('silent'));
  const began = performance.now();
  let loadingMs: number | null = null;
  const tell = reporter(parts);
  const atWork = start({
    signal: AbortSignal.any([attempt.signal, stop.signal]),
    onLife: silence.heard,
    halt: () => halt,
    onReport: (report) => {
      silence.heard();
      if (report.type === 'step') loadingMs ??= performance.now() - began;
      tell(report, tracker.observe(report, performance.now() / 1000));
    },
  });
  const ended = new AbortController();
  const { outcome, save } = atWork;
  const share = { mode: config.TRAINING_SHARE, work, priority: job.priority, signal: ended.signal };
  if (atWork.yield !== undefined) void yieldWhenDue({ outcome, yield: atWork.yield }, () => loadingMs, share);
  void followOrders(job.id, { hold: () => halted('held'), save }, parts, ended.signal);
  try {
    return { outcome: await outcome, halt };
  } finally {
    ended.abort();
    silence.end();
  }
}

/** What of a report is told and kept. */
function reporter({ job, attempt, saver, tracker, store }: TurnParts) {
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
    if (report.type === 'step') void keepStand(job.id, tracker, store, report).catch(() => {});
  };
}

/** Keep the points of its curve, and where it stands. */
export async function keepStand(
  id: string,
  tracker: TrainProgress,
  store: TrainingStore,
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
  { store, log }: Pick<TurnParts, 'store' | 'log'>,
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
