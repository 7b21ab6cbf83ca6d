/**
 * A training that ai-toolkit runs, as the run of an engine:
 *
 *   adopt the process of an earlier server, or set truncated files aside and start one ─▶ look at what it has made and where it
 *   stands, once a second ─▶ pass on orders to save and to stop ─▶ say how it ended
 *
 * Nothing that it prints decides anything but where an older checkout knows no database.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainOutcome, TrainReport } from '../../../engines/engine.ts';
import type { TrainingPlan } from '../../../training/training-plan.ts';
import type { CheckpointReport } from '../epochs/keep-epoch.ts';
import { emptyStanding, type JobStanding, orderJob, readJobRow, resetJobRow } from './job-row.ts';
import { readLosses } from './loss-log.ts';
import { lastProgress } from './progress-line.ts';
import { toolkitEnd } from './toolkit-end.ts';
import type { ToolkitFolder } from './toolkit-folder.ts';
import { type MadeSample, readOutput, sampleKey, setTruncatedAside } from './toolkit-output.ts';
import { adoptToolkit, readLog, type ToolkitProcess } from './toolkit-process.ts';

/** What becomes of the process when the run is told to end. */
export type Leaving =
  /** It goes on, and the next server adopts it. */
  | 'leave'
  /** It writes what it has, and ends. */
  | 'save'
  | 'stop'
  /** It hangs. */
  | 'kill';

export interface ToolkitTask {
  job: string;
  plan: TrainingPlan;
  folder: ToolkitFolder;
  /** Steps whose epochs are kept. */
  doneEpochs: readonly number[];
  start: () => Promise<ToolkitProcess>;
  signal: AbortSignal;
  /** Asked when the signal has aborted. */
  leaving: () => Leaving;
  onReport: (report: TrainReport) => void;
  onSample: (sample: MadeSample) => void;
  /** It has said or done something. */
  onLife: () => void;
  timing?: ToolkitTiming;
}

/** Milliseconds. */
export interface ToolkitTiming {
  look: number;
  /** A save may take so long before the process is stopped without. */
  save: number;
  /** It may take so long to stop by itself, and then so long after SIGINT. */
  stop: number;
  interrupt: number;
}
const usualTiming: ToolkitTiming = { look: 1_000, save: 60_000, stop: 60_000, interrupt: 20_000 };

export interface ToolkitRun {
  readonly outcome: Promise<TrainOutcome>;
  save(): void;
}

export function trainWithToolkit(task: ToolkitTask): ToolkitRun {
  return {
    outcome: run(task),
    save: () => order(task, 'save_now'),
  };
}

/** A row that is not there, of an older checkout, takes no orders. */
function order({ folder, job }: ToolkitTask, what: 'save_now' | 'stop'): void {
  try {
    orderJob(folder.database, job, what);
  } catch {
    // It is asked again, or stopped by a signal.
  }
}

async function run(task: ToolkitTask): Promise<TrainOutcome> {
  const { folder, job, signal } = task;
  const watch = openWatch(task);
  let child = await adoptToolkit(folder);
  if (child === null) {
    await setTruncatedAside(folder);
    // It may have ended while nobody looked.
    if (await watch.look()) return { kind: 'done', peakBytes: 0 };
    if (signal.aborted) return { kind: 'canceled' };
    resetJobRow(folder.database, job);
    child = await task.start();
  }
  const { look, stop, interrupt } = { ...usualTiming, ...task.timing };
  while (child.isAlive()) {
    await sleep(look, undefined, { signal }).catch(() => {});
    await watch.look();
    if (watch.hasDiverged()) {
      await endProcess(child, { stop: 0, interrupt });
      return diverged();
    }
    if (!signal.aborted) continue;
    const leaving = task.leaving();
    if (leaving === 'leave') return { kind: 'canceled' };
    if (leaving === 'save') await saveNow(child, watch, task);
    if (leaving === 'kill') child.signal('SIGKILL');
    else order(task, 'stop');
    await endProcess(child, { stop: leaving === 'kill' ? 0 : stop, interrupt });
    await watch.look();
    return { kind: 'canceled' };
  }
  if (await watch.lastLook()) return { kind: 'done', peakBytes: 0 };
  return toolkitEnd({ standing: watch.standing(), end: child.end(), log: (await readLog(folder)).tail });
}

const diverged = (): TrainOutcome => ({
  kind: 'failed',
  code: 'TRAINING_DIVERGED',
  retryable: false,
  message: 'The loss is no number any more. The epochs before are kept: lower the learning rate.',
});

/** Ask for one more file, and wait for it. */
async function saveNow(child: ToolkitProcess, watch: Watch, task: ToolkitTask): Promise<void> {
  if (watch.standing().step === 0) return;
  const { look, save } = { ...usualTiming, ...task.timing };
  order(task, 'save_now');
  for (const until = Date.now() + save; Date.now() < until && child.isAlive(); ) {
    await sleep(look);
    const before = watch.epochs();
    await watch.look();
    if (watch.standing().save_now === 0 && watch.epochs() > before) return;
  }
}

async function endProcess(
  child: ToolkitProcess,
  { stop, interrupt }: Pick<ToolkitTiming, 'stop' | 'interrupt'>,
): Promise<void> {
  const gone = async (ms: number): Promise<boolean> => {
    for (const until = Date.now() + ms; child.isAlive() && Date.now() < until; ) await sleep(100);
    return !child.isAlive();
  };
  if (await gone(stop)) return;
  child.signal('SIGINT');
  if (await gone(interrupt)) return;
  child.signal('SIGKILL');
  await gone(5_000);
}

interface Watch {
  /** Pass on what is new. Whether it has made all that it was to make. */
  look(): Promise<boolean>;
  /** The same once the process has ended: a picture that was written a moment ago is whole now. */
  lastLook(): Promise<boolean>;
  standing(): JobStanding;
  /** Epochs that have been seen. */
  epochs(): number;
  hasDiverged(): boolean;
}

/** Losses that are no numbers, one after the other, before a training counts as lost. */
const mostLost = 3;

function openWatch(task: ToolkitTask): Watch {
  const { job, folder, plan, onReport, onLife } = task;
  const { steps } = plan.settings;
  const known = { epochs: new Set(task.doneEpochs), samples: new Set<string>() };
  let standing = emptyStanding;
  let logBytes = 0;
  let at = { step: 0, since: performance.now(), lossStep: 0 };
  let lost = 0;
  let losses: { step: number; loss: number }[] = [];

  function reportStanding(now: JobStanding): void {
    if (now.info === standing.info && now.status === standing.status) return;
    onLife();
    const [, done, of] = /(\d+)\/(\d+)$/.exec(now.info) ?? [];
    const stage = stageOf(now.info);
    onReport({ type: 'stage', job, stage, step: Number(done ?? now.step), total: Number(of ?? steps) });
  }

  async function reportSteps(seen: JobStanding): Promise<void> {
    const fresh = readLosses(folder.losses, at.lossStep);
    for (const { loss } of fresh) lost = loss === null ? lost + 1 : 0;
    losses.push(...fresh.flatMap(({ step, loss }) => (loss === null ? [] : [{ step, loss }])));
    const { tail, bytes } = await readLog(folder);
    if (bytes !== logBytes) onLife();
    logBytes = bytes;
    const shown = fresh.length === 0 ? lastProgress(tail, steps) : null;
    const newest = fresh.at(-1);
    const step = Math.min(steps, Math.max(seen.step, shown?.step ?? 0, (newest?.step ?? -1) + 1));
    if (step <= at.step) return;
    onLife();
    const now = performance.now();
    const loss = newest?.loss ?? shown?.loss ?? losses.at(-1)?.loss ?? null;
    const lr = newest?.learningRate ?? shown?.learningRate ?? plan.settings.learning_rate;
    const seconds = (now - at.since) / 1000 / (step - at.step);
    at = { step, since: now, lossStep: newest?.step ?? at.lossStep };
    if (loss !== null) onReport({ type: 'step', job, step, total: steps, loss, lr, seconds });
  }

  function reportEpoch({
    step,
    files,
  }: {
    step: number;
    files: { part: 'main' | 'high' | 'low'; path: string }[];
  }) {
    known.epochs.add(step);
    const since = losses.filter((one) => one.step <= step).map(({ loss }) => loss);
    losses = losses.filter((one) => one.step > step);
    const loss = since.length === 0 ? null : since.reduce((sum, one) => sum + one, 0) / since.length;
    const report: CheckpointReport = {
      step,
      loss,
      files: files.map(({ part, path: file }) => ({ part, file })),
    };
    onLife();
    onReport({ type: 'checkpoint', job, ...report });
  }

  async function look(): Promise<boolean> {
    const row = readJobRow(folder.database, job);
    if (row !== null) {
      reportStanding(row);
      standing = row;
    }
    await reportSteps(standing);
    const made = await readOutput(folder, plan, known);
    made.epochs.forEach(reportEpoch);
    for (const sample of made.samples) {
      if (!known.epochs.has(sample.step)) continue;
      known.samples.add(sampleKey(sample));
      onLife();
      task.onSample(sample);
    }
    return made.isFinished;
  }

  return {
    look,
    lastLook: async () => {
      await sleep(600);
      return look();
    },
    standing: () => standing,
    epochs: () => known.epochs.size,
    hasDiverged: () => lost >= mostLost,
  };
}

/** ai-toolkit's words for what it is at. */
function stageOf(info: string): Extract<TrainReport, { type: 'stage' }>['stage'] {
  if (info.startsWith('Training')) return 'training';
  if (info.startsWith('Generating')) return 'sampling';
  if (info.startsWith('Saving')) return 'saving';
  if (info.startsWith('Loading dataset') || /cach/i.test(info)) return 'caching_images';
  return 'loading';
}
