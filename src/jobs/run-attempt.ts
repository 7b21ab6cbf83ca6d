/**
 * One attempt at a claimed job, from its folder to its end:
 *
 *   render the prompts that have no output yet ─▶ keep each while the next renders ─▶ wait for all ─▶ settle
 *
 * However the attempt goes, the job is settled once: finished, failed, canceled, or given back to the queue. Outputs that
 * were recorded stay in every case.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RenderOutcome } from '../engine/engine.ts';
import { type AttemptStop, createAttemptStop } from './attempt-stop.ts';
import { endAttempt } from './end-attempt.ts';
import type { Job } from './job.ts';
import { type ProgressTracker, trackProgress } from './job-progress.ts';
import { createJobReporter, type JobReporter } from './job-reporter.ts';
import { createOutputSaver } from './output-saver.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Seconds of a step in the last job of each model, for the first estimate of the next. */
export type StepTimes = Map<string, number>;

export async function runAttempt(job: Job, parts: WorkerParts, stepTimes: StepTimes): Promise<void> {
  const stop = createAttemptStop();
  const unwatch = watchForStop(job, parts, stop);
  const finishedCalls = job.outputs.map(({ index }) => index);
  const tracker = trackProgress(job.plan.calls, finishedCalls, stepTimes.get(job.model) ?? null);
  const { work } = parts.jobs;
  const reporter = createJobReporter({ id: job.id, work, tracker, stop, log: parts.log });
  const folder = path.join(parts.config.scratchFolder, job.id);
  const scratch = path.join(folder, `attempt_${job.attempts}`);
  try {
    const result = await render(job, parts, { stop, tracker, reporter, scratch });
    unwatch();
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

export type AttemptResult =
  | { kind: 'rendered'; outcome: RenderOutcome }
  /** Something outside of the engine went wrong. */
  | { kind: 'broken'; error: unknown };

interface Attempt {
  stop: AttemptStop;
  tracker: ProgressTracker;
  reporter: JobReporter;
  /** Folder of this attempt alone: a later one must not meet its files. */
  scratch: string;
}

async function render(job: Job, parts: WorkerParts, attempt: Attempt): Promise<AttemptResult> {
  const { stop, tracker, reporter, scratch } = attempt;
  const saver = createOutputSaver(job, parts, stop);
  try {
    await mkdir(scratch, { recursive: true });
    const outcome = await parts.engine.render({
      job: job.id,
      plan: job.plan,
      calls: missingCalls(job),
      scratch,
      previewEvery: job.previewEvery,
      signal: stop.signal,
      onReport: (report) => {
        if (report.type !== 'frame') return reporter.report(report);
        tracker.callFinished(report.call);
        saver.save(report);
      },
    });
    await saver.finished();
    return { kind: 'rendered', outcome };
  } catch (error) {
    parts.log.error({ err: error, job: job.id }, 'a request could not be rendered');
    return { kind: 'broken', error };
  } finally {
    await reporter.finished();
  }
}

function missingCalls(job: Job): number[] {
  const done = new Set(job.outputs.map(({ index }) => index));
  return job.plan.calls.map(({ index }) => index).filter((index) => !done.has(index));
}

const longestTimerMs = 2 ** 31 - 1;

/** Everything that may stop an attempt before its end. Returns how to stop watching. */
function watchForStop(job: Job, parts: WorkerParts, stop: AttemptStop): () => void {
  const onShutdown = (): void => stop.stop('stopping');
  const timeoutMs = Math.min(parts.config.INFERENCE_TIMEOUT * 1000, longestTimerMs);
  const timer = setTimeout(() => stop.stop('timeout'), timeoutMs);
  const unsubscribe = parts.jobs.work.onCancel(job.id, () => stop.stop('canceled'));
  parts.signal.addEventListener('abort', onShutdown, { once: true });
  if (parts.signal.aborted) onShutdown();
  return () => {
    clearTimeout(timer);
    unsubscribe();
    parts.signal.removeEventListener('abort', onShutdown);
  };
}
