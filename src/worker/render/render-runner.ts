/** Renders: fetch what the plan needs ─▶ render the prompts that have no output yet ─▶ keep each while the next renders. */
import type { Config } from '../../config.ts';
import type { Engine, RenderOutcome, RenderTask } from '../../engines/engine.ts';
import type { ObserveRender } from '../../engines/render-facts.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { ArtifactStore } from '../../files/artifact-store.ts';
import type { EncodeFrame } from '../../files/encode/encode-frame.ts';
import type { Job } from '../../jobs/job.ts';
import { neededFiles, type RenderResult, type StoredRender, withHashes } from '../../render/stored-render.ts';
import type { Attempt } from '../attempt.ts';
import type { AttemptOutcome, KindRunner, Prepared, Undone } from '../kind-runner.ts';
import { type ProgressTracker, trackProgress } from './job-progress.ts';
import { createOutputSaver } from './output-saver.ts';
import { createRenderReporter } from './report-render.ts';

export interface RenderParts {
  engine: Engine;
  artifacts: Pick<ArtifactStore, 'put'>;
  encode: EncodeFrame;
  config: Pick<Config, 'INFERENCE_TIMEOUT'>;
  observeRender: ObserveRender;
}

export function createRenderRunner(parts: RenderParts): KindRunner<StoredRender> {
  /** Seconds of a step in the last job of each model, for the first estimate of the next. */
  const stepTimes = new Map<string, number>();
  return {
    limit: {
      seconds: parts.config.INFERENCE_TIMEOUT,
      setting: 'INFERENCE_TIMEOUT',
      advice: 'Send fewer prompts, steps or frames',
    },
    prepare: (job, attempt) => prepare(job, attempt, parts.engine),
    run: async (job, attempt) => {
      const { plan } = job.task;
      const finished = job.outputs.map(({ index }) => index);
      const tracker = trackProgress(plan.calls, finished, stepTimes.get(job.model) ?? null);
      const outcome = await render(job, attempt, tracker, parts);
      const secondsPerStep = tracker.secondsPerStep();
      if (secondsPerStep !== null) stepTimes.set(job.model, secondsPerStep);
      parts.observeRender({
        model: job.model,
        secondsPerStep,
        seconds: secondsOf(outcome, plan.adapters.length > 0),
      });
      return toAttemptOutcome(outcome, parts.engine);
    },
  };
}

/** The render with all that was learned about its LoRAs, or why it cannot be done. */
async function prepare(
  job: Job<StoredRender>,
  attempt: Attempt,
  engine: Engine,
): Promise<Prepared<StoredRender> | Undone> {
  const { plan } = job.task;
  const tracker = trackProgress(
    plan.calls,
    job.outputs.map(({ index }) => index),
    null,
  );
  const reporter = createRenderReporter(attempt, tracker);
  const outcome = await engine.prepare({
    ...taskOf(job, attempt),
    onReport: (report) => {
      if (report.type === 'frame') return;
      if (report.type === 'progress' && report.phase === 'downloading') attempt.turn.leave();
      reporter.report(report);
    },
  });
  if (outcome.kind !== 'prepared') return toUndone(outcome);
  const task = withHashes(job.task, outcome.plan);
  const isNew = job.task.loras.some(({ sha256 }) => sha256 === null);
  return { kind: 'prepared', task, ...(isNew ? { learned: { task, needs: neededFiles(task) } } : {}) };
}

async function render(
  job: Job<StoredRender>,
  attempt: Attempt,
  tracker: ProgressTracker,
  parts: RenderParts,
): Promise<RenderOutcome> {
  const reporter = createRenderReporter(attempt, tracker);
  const saver = createOutputSaver(job, parts, attempt);
  const outcome = await parts.engine.render({
    ...taskOf(job, attempt),
    onReport: (report) => {
      if (report.type !== 'frame') return reporter.report(report);
      tracker.callFinished(report.call);
      saver.save(report);
    },
  });
  await saver.finished();
  return outcome;
}

function taskOf(job: Job<StoredRender>, { scratch, signal }: Attempt): Omit<RenderTask, 'onReport'> {
  const { plan, previewEvery } = job.task;
  const done = new Set(job.outputs.map(({ index }) => index));
  const calls = plan.calls.map(({ index }) => index).filter((index) => !done.has(index));
  return { job: job.id, plan, calls, scratch, previewEvery, signal };
}

function secondsOf(
  outcome: RenderOutcome,
  hasLoras: boolean,
): { load: number; merge: number | null; render: number } | null {
  if (outcome.kind !== 'done') return null;
  const { load_seconds: load, adapters_seconds, render_seconds: render } = outcome.timings;
  return { load, merge: hasLoras ? adapters_seconds : null, render };
}

function toAttemptOutcome(outcome: RenderOutcome, engine: Engine): AttemptOutcome {
  if (outcome.kind !== 'done') return toUndone(outcome);
  const { load_seconds: load_pipeline, adapters_seconds: adapters, render_seconds: render } = outcome.timings;
  const { versions } = engine.status();
  const result: RenderResult = { timings: { load_pipeline, adapters, render }, versions };
  return { kind: 'done', result };
}

function toUndone(outcome: Exclude<RenderOutcome, { kind: 'done' }>): Undone {
  switch (outcome.kind) {
    case 'failed': {
      const { code, message } = outcome;
      return { kind: 'failed', error: { code, message } };
    }
    case 'canceled':
    case 'crashed':
      return outcome;
    default:
      return assertNever(outcome);
  }
}
