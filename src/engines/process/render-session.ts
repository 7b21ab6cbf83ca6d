/**
 * One job on one process, from `render` to its end:
 *
 *   render ─▶ reports* ─▶ done | failed | canceled
 *      │ abort                              ▲
 *      └─▶ cancel ─▶ (grace) ─▶ SIGKILL ─▶ the process ends ─▶ canceled
 *   the process ends without an abort ─▶ crashed
 *
 * A job that ends by itself before the cancel arrives ends as it did.
 */
import type { Logger } from 'pino';
import { promptNamed } from '../../errors/reference.ts';
import { type Sentence, said } from '../../errors/sentence.ts';
import { type JobReport, OutOfTime, type RenderOutcome, type RenderTask } from '../engine.ts';
import type { Clock, EngineTiming } from '../engine-timing.ts';
import type { Command, Report } from './protocol.ts';

export interface RenderSession {
  readonly outcome: Promise<RenderOutcome>;
  accept(report: Report): void;
  /** The process has ended; `outcome` says what that means for a job that was not aborted. */
  processEnded(outcome: RenderOutcome): void;
}

export interface RenderSessionOptions {
  task: RenderTask;
  key: string;
  send: (command: Command) => void;
  kill: (reason: string) => void;
  clock: Clock;
  timing: Pick<EngineTiming, 'cancelGrace' | 'outOfTimeGrace'>;
  log: Logger;
}

export function openRenderSession(options: RenderSessionOptions): RenderSession {
  const { task, send, log } = options;
  const { promise: outcome, resolve } = Promise.withResolvers<RenderOutcome>();
  const stopCanceling = cancelOnAbort(options);
  const end = (how: RenderOutcome): void => {
    stopCanceling();
    resolve(how);
  };
  send(renderCommand(options));
  return {
    outcome,
    accept(report) {
      if (!('job' in report) || report.job !== task.job) return;
      const told = jobReport(report);
      if (told !== null) return deliver(told, task, log);
      const how = outcomeOf(report);
      if (how !== null) end(how);
    },
    processEnded: (how) => end(task.signal.aborted ? { kind: 'canceled' } : how),
  };
}

function renderCommand({ task, key }: RenderSessionOptions): Command {
  const { job, plan, scratch, previewEvery } = task;
  return {
    type: 'render',
    job,
    pipeline: plan.pipeline,
    key,
    adapters: plan.adapters,
    calls: plan.calls.filter((call) => task.calls.includes(call.index)),
    scratch,
    preview_every: previewEvery,
  };
}

/** Send `cancel` on abort and kill the process when the grace is over. The result undoes both. */
function cancelOnAbort(options: RenderSessionOptions): () => void {
  const { task, send, clock, timing } = options;
  let stopTimer = (): void => {};
  const cancel = (): void => {
    send({ type: 'cancel', job: task.job });
    const graceMs = task.signal.reason instanceof OutOfTime ? timing.outOfTimeGrace : timing.cancelGrace;
    stopTimer = clock.after(graceMs, () =>
      options.kill(`a canceled job did not stop within ${graceMs / 1000} s`),
    );
  };
  task.signal.addEventListener('abort', cancel, { once: true });
  return () => {
    stopTimer();
    task.signal.removeEventListener('abort', cancel);
  };
}

/** Null for reports that are not about a job while it runs. */
function jobReport(report: Report): JobReport | null {
  switch (report.type) {
    case 'progress':
    case 'preview':
    case 'frame':
      return report;
    case 'warning':
      return { type: 'warning', job: report.job, message: warningOf(report) };
    default:
      return null;
  }
}

function warningOf({ message, about }: Extract<Report, { type: 'warning' }>): Sentence {
  if (about === null) return message;
  const field = about.text === 'prompt' ? 'prompt' : 'negativePrompt';
  return said`${promptNamed(about.call, field)} ${message}`;
}

function deliver(report: JobReport, task: RenderTask, log: Logger): void {
  try {
    task.onReport(report);
  } catch (error) {
    log.error({ err: error, job: task.job }, 'A report of the engine could not be handled.');
  }
}

/** Null for reports that do not end a job. */
function outcomeOf(report: Report): RenderOutcome | null {
  switch (report.type) {
    case 'done':
      return { kind: 'done', timings: report.timings, peakBytes: report.memory.peak_bytes };
    case 'failed':
      return { kind: 'failed', code: report.code, message: report.message, retryable: report.retryable };
    case 'canceled':
      return { kind: 'canceled' };
    default:
      return null;
  }
}
