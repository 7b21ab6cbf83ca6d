/**
 * One attempt at a claimed job, from its folder to its end:
 *
 *   fetch what is missing ─▶ render the prompts that have no output yet ─▶ keep each while the next renders ─▶ wait for
 *   all ─▶ settle
 *
 * What is missing is fetched beside the device: the attempt leaves its turn when a download begins. INFERENCE_TIMEOUT counts
 * from when it has the device.
 *
 * However the attempt goes, the job is settled once: finished, failed, canceled, or given back to the queue. Outputs that
 * were recorded stay in every case.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RenderOutcome, RenderTask } from '../engines/engine.ts';
import type { DeviceTurn } from '../engines/pool/device-slot.ts';
import type { Job } from '../jobs/job.ts';
import { withHashes } from '../jobs/learn-hashes.ts';
import { type AttemptResult, attemptFacts } from './attempt-facts.ts';
import { type AttemptStop, createAttemptStop } from './attempt-stop.ts';
import { endAttempt } from './end-attempt.ts';
import { type ProgressTracker, trackProgress } from './job-progress.ts';
import { createJobReporter, heed, type JobReporter } from './job-reporter.ts';
import { createOutputSaver } from './output-saver.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Seconds of a step in the last job of each model, for the first estimate of the next. */
export type StepTimes = Map<string, number>;

export interface AttemptOptions {
  stepTimes: StepTimes;
  /** Taken; whoever started the attempt ends it. */
  turn: DeviceTurn;
}

export async function runAttempt(
  job: Job,
  parts: WorkerParts,
  { stepTimes, turn }: AttemptOptions,
): Promise<void> {
  const stop = createAttemptStop();
  const unwatch = watchForStop(job, parts, stop);
  const finishedCalls = job.outputs.map(({ index }) => index);
  const tracker = trackProgress(job.plan.calls, finishedCalls, stepTimes.get(job.model) ?? null);
  const { work } = parts.jobs;
  const reporter = createJobReporter({ id: job.id, work, tracker, stop, log: parts.log });
  const folder = path.join(parts.config.scratchFolder, job.id);
  const scratch = path.join(folder, `attempt_${job.attempts}`);
  try {
    const result = await render(job, parts, { stop, tracker, reporter, scratch, turn });
    unwatch();
    parts.observe(attemptFacts(job, result, tracker));
    const isOver = await endAttempt(job, parts, {
      ...result,
      reason: stop.reason,
      warnings: reporter.warnings(),
    });
    await rm(isOver ? folder : scratch, { recursive: true, force: true });
    const seconds = tracker.secondsPerStep();
    if (seconds !== null) stepTimes.set(job.model, seconds);
  } finally {
    unwatch();
  }
}

interface Attempt {
  stop: AttemptStop;
  tracker: ProgressTracker;
  reporter: JobReporter;
  /** Folder of this attempt alone: a later one must not meet its files. */
  scratch: string;
  turn: DeviceTurn;
}

async function render(job: Job, parts: WorkerParts, attempt: Attempt): Promise<AttemptResult> {
  const { stop, reporter, scratch, turn } = attempt;
  try {
    await mkdir(scratch, { recursive: true });
    const prepared = await prepare(job, parts, attempt);
    if ('kind' in prepared) return { kind: 'rendered', outcome: prepared };
    const isBack = await turn.retake(stop.signal).then(
      () => true,
      () => false,
    );
    if (!isBack) return { kind: 'rendered', outcome: { kind: 'canceled' } };
    return { kind: 'rendered', outcome: await renderPrepared(prepared, parts, attempt) };
  } catch (error) {
    parts.log.error({ err: error, job: job.id }, 'a request could not be rendered');
    return { kind: 'broken', error };
  } finally {
    await reporter.finished();
  }
}

/** The job with all that was learned about its LoRAs, or why it cannot be rendered. */
async function prepare(
  job: Job,
  { engine, jobs }: WorkerParts,
  { stop, reporter, scratch, turn }: Attempt,
): Promise<Job | RenderOutcome> {
  const prepared = await engine.prepare({
    ...taskOf(job, scratch, stop),
    onReport: (report) => {
      if (report.type === 'frame') return;
      if (report.type === 'progress' && report.phase === 'downloading') turn.leave();
      reporter.report(report);
    },
  });
  if (prepared.kind !== 'prepared') return prepared;
  const known = withHashes(job, prepared.plan);
  if (job.loras.some(({ sha256 }) => sha256 === null)) await jobs.work.storeHashes(known);
  return known;
}

async function renderPrepared(
  job: Job,
  parts: WorkerParts,
  { stop, tracker, reporter, scratch }: Attempt,
): Promise<RenderOutcome> {
  const saver = createOutputSaver(job, parts, stop);
  const endTime = limitTime(parts, stop);
  try {
    const outcome = await parts.engine.render({
      ...taskOf(job, scratch, stop),
      onReport: (report) => {
        if (report.type !== 'frame') return reporter.report(report);
        tracker.callFinished(report.call);
        saver.save(report);
      },
    });
    await saver.finished();
    return outcome;
  } finally {
    endTime();
  }
}

function taskOf(job: Job, scratch: string, stop: AttemptStop): Omit<RenderTask, 'onReport'> {
  const { id, plan, previewEvery } = job;
  return { job: id, plan, calls: missingCalls(job), scratch, previewEvery, signal: stop.signal };
}

function missingCalls(job: Job): number[] {
  const done = new Set(job.outputs.map(({ index }) => index));
  return job.plan.calls.map(({ index }) => index).filter((index) => !done.has(index));
}

const longestTimerMs = 2 ** 31 - 1;

function limitTime({ config }: WorkerParts, stop: AttemptStop): () => void {
  const timeoutMs = Math.min(config.INFERENCE_TIMEOUT * 1000, longestTimerMs);
  const timer = setTimeout(() => stop.stop('timeout'), timeoutMs);
  return () => clearTimeout(timer);
}

/** What from outside may stop an attempt before its end. Returns how to stop watching. */
function watchForStop(job: Job, parts: WorkerParts, stop: AttemptStop): () => void {
  const onShutdown = (): void => stop.stop('stopping');
  const unsubscribe = parts.jobs.work.onStop(job.id, (standing) => heed(standing, stop));
  parts.signal.addEventListener('abort', onShutdown, { once: true });
  if (parts.signal.aborted) onShutdown();
  return () => {
    unsubscribe();
    parts.signal.removeEventListener('abort', onShutdown);
  };
}
