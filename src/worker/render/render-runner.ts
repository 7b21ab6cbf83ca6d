/** Renders: find or fetch what the plan names ─▶ render the prompts that have no output yet ─▶ keep each while the next renders. */
import type { Config } from '../../config.ts';
import type { Engine, RenderOutcome } from '../../engines/engine.ts';
import type { ObserveRender } from '../../engines/render-facts.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { EncodeFrame } from '../../files/encode/encode-frame.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Job } from '../../jobs/job.ts';
import type { EnginePlan } from '../../render/engine-plan.ts';
import { neededFiles, type RenderResult, type StoredRender, withHashes } from '../../render/stored-render.ts';
import type { Attempt } from '../attempt.ts';
import type { AttemptOutcome, KindRunner, Undone } from '../kind-runner.ts';
import type { RequestTokens } from '../request-tokens.ts';
import { type ProgressTracker, trackProgress } from './job-progress.ts';
import { createOutputSaver } from './output-saver.ts';
import { type PreparedRender, type PrepareParts, prepareRender } from './prepare-render.ts';
import { createRenderReporter } from './report-render.ts';

export interface RenderParts extends PrepareParts {
  engine: Engine;
  files: Pick<FileStore, 'put'>;
  encode: EncodeFrame;
  config: Pick<Config, 'INFERENCE_TIMEOUT'>;
  observeRender: ObserveRender;
  tokens: Pick<RequestTokens, 'find' | 'forget'>;
}

/** A render with what its attempt found out: the hashes of its LoRAs, and the paths of its files. */
interface ReadyRender {
  job: Job<StoredRender>;
  plan: EnginePlan;
}

export function createRenderRunner(parts: RenderParts): KindRunner<StoredRender> {
  /** Seconds of a step in the last job of each model, for the first estimate of the next. */
  const stepTimes = new Map<string, number>();

  async function run(ready: ReadyRender, attempt: Attempt): Promise<AttemptOutcome> {
    const { job, plan } = ready;
    const tracker = trackProgress(plan.calls, finishedCalls(job), stepTimes.get(job.model) ?? null);
    const outcome = await render(ready, attempt, tracker, parts);
    // After a crash the job is tried again, and needs the token again.
    if (outcome.kind !== 'crashed') parts.tokens.forget(job.id);
    const secondsPerStep = tracker.secondsPerStep();
    if (secondsPerStep !== null) stepTimes.set(job.model, secondsPerStep);
    const seconds = secondsOf(outcome, plan.adapters.length > 0);
    parts.observeRender({ model: job.model, secondsPerStep, seconds });
    return toAttemptOutcome(outcome, parts.engine);
  }

  return {
    limit: {
      seconds: parts.config.INFERENCE_TIMEOUT,
      setting: 'INFERENCE_TIMEOUT',
      advice: 'Send fewer prompts, steps or frames',
    },
    prepare: async (job, attempt) => {
      const prepared = await prepare(job, attempt, parts);
      if (prepared.kind !== 'prepared') return toUndone(prepared);
      const { plan } = prepared;
      const task = withHashes(job.task, plan);
      const isNew = job.task.loras.some(({ sha256 }) => sha256 === null);
      return {
        kind: 'prepared',
        run: () => run({ job: { ...job, task }, plan }, attempt),
        ...(isNew ? { learned: { task, needs: neededFiles(task) } } : {}),
      };
    },
  };
}

async function prepare(
  { id, task, outputs }: Job<StoredRender>,
  { scratch, signal, turn, ...attempt }: Attempt,
  parts: RenderParts,
): Promise<PreparedRender> {
  const { plan } = task;
  const reporter = createRenderReporter(attempt, trackProgress(plan.calls, finishedCalls({ outputs }), null));
  const prepared = await prepareRender(
    {
      job: id,
      plan,
      scratch,
      signal,
      hfToken: await parts.tokens.find(id),
      onReport: (report) => {
        if (report.type === 'progress' && report.phase === 'downloading') turn.leave();
        reporter.report(report);
      },
    },
    parts,
  );
  reporter.end('told');
  return prepared;
}

async function render(
  { job, plan }: ReadyRender,
  attempt: Attempt,
  tracker: ProgressTracker,
  parts: RenderParts,
): Promise<RenderOutcome> {
  const reporter = createRenderReporter(attempt, tracker);
  const saver = createOutputSaver(job, parts, attempt);
  const { scratch, signal } = attempt;
  const finished = new Set(finishedCalls(job));
  let shown = finished.size;
  const outcome = await parts.engine.render({
    job: job.id,
    plan,
    scratch,
    signal,
    previewEvery: job.task.previewEvery,
    calls: plan.calls.map(({ index }) => index).filter((index) => !finished.has(index)),
    onReport: (report) => {
      if (report.type !== 'frame') return reporter.report(report);
      shown += 1;
      tracker.callFinished(report.call);
      saver.save(report);
    },
  });
  reporter.end('dropped');
  attempt.leaveDevice();
  await saver.finished();
  return outcome.kind === 'done' && shown === 0 ? allFlagged : outcome;
}

/** An engine leaves out no other picture than those that the safety checker flags. */
const allFlagged: RenderOutcome = {
  kind: 'failed',
  code: 'CONTENT_FLAGGED',
  retryable: false,
  message: 'NSFW content detected. Try running it again, or try a different prompt.',
};

const finishedCalls = ({ outputs }: Pick<Job, 'outputs'>): number[] => outputs.map(({ index }) => index);

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
