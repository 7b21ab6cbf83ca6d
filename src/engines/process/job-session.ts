/**
 * One job on one process, from its command to its end:
 *
 *   command ─▶ reports* ─▶ an end (done, failed, canceled, of a training yielded)
 *      │ abort                              ▲
 *      └─▶ cancel ─▶ (grace) ─▶ SIGKILL ─▶ the process ends ─▶ canceled
 *   the process ends without an abort ─▶ crashed
 *
 * A job that ends by itself before the cancel arrives ends as it did.
 */
import type { Logger } from 'pino';
import { promptNamed } from '../../errors/reference.ts';
import { type Sentence, said } from '../../errors/sentence.ts';
import { type JobEnding, OutOfTime } from '../engine.ts';
import type { Clock, EngineTiming } from '../engine-timing.ts';
import type { Command, Report } from './protocol.ts';

export interface JobSession<End> {
  readonly outcome: Promise<End | JobEnding>;
  accept(report: Report): void;
  /** The process has ended; `how` says what that means for a job that was not aborted. */
  processEnded(how: JobEnding): void;
}

/** A kind of job: what starts it, which reports are told while it runs, and which end it. */
export interface JobWords<Told, End> {
  command: Command;
  /** Null for reports that are not about a job while it runs. */
  toldOf: (report: Report) => Told | null;
  /** Null for reports that do not end a job. */
  endOf: (report: Report) => End | null;
}

export interface SessionOptions<Told> {
  task: { job: string; signal: AbortSignal; onReport: (report: Told) => void };
  send: (command: Command) => void;
  kill: (reason: string) => void;
  clock: Clock;
  timing: Pick<EngineTiming, 'cancelGrace' | 'outOfTimeGrace'>;
  log: Logger;
}

export function openJobSession<Told, End>(
  options: SessionOptions<Told>,
  words: JobWords<Told, End>,
): JobSession<End> {
  const { task, send, log } = options;
  const { promise: outcome, resolve } = Promise.withResolvers<End | JobEnding>();
  const stopCanceling = cancelOnAbort(options);
  const end = (how: End | JobEnding): void => {
    stopCanceling();
    resolve(how);
  };
  send(words.command);
  return {
    outcome,
    accept(report) {
      if (!('job' in report) || report.job !== task.job) return;
      const told = words.toldOf(report);
      if (told !== null) return deliver(told, task, log);
      const how = words.endOf(report) ?? endingOf(report);
      if (how !== null) end(how);
    },
    processEnded: (how) => end(task.signal.aborted ? { kind: 'canceled' } : how),
  };
}

/** Send `cancel` on abort and kill the process when the grace is over. The result undoes both. */
function cancelOnAbort<Told>({ task, send, kill, clock, timing }: SessionOptions<Told>): () => void {
  let stopTimer = (): void => {};
  const cancel = (): void => {
    send({ type: 'cancel', job: task.job });
    const graceMs = task.signal.reason instanceof OutOfTime ? timing.outOfTimeGrace : timing.cancelGrace;
    stopTimer = clock.after(graceMs, () => kill(`a canceled job did not stop within ${graceMs / 1000} s`));
  };
  task.signal.addEventListener('abort', cancel, { once: true });
  return () => {
    stopTimer();
    task.signal.removeEventListener('abort', cancel);
  };
}

export function warningOf({ message, about }: Extract<Report, { type: 'warning' }>): Sentence {
  if (about === null) return message;
  const field = about.text === 'prompt' ? 'prompt' : 'negativePrompt';
  return said`${promptNamed(about.call, field)} ${message}`;
}

function deliver<Told>(report: Told, task: SessionOptions<Told>['task'], log: Logger): void {
  try {
    task.onReport(report);
  } catch (error) {
    log.error({ err: error, job: task.job }, 'A report of the engine could not be handled.');
  }
}

/** The ends that every kind of job has. */
function endingOf(report: Report): JobEnding | null {
  switch (report.type) {
    case 'failed':
      return { kind: 'failed', code: report.code, message: report.message, retryable: report.retryable };
    case 'canceled':
      return { kind: 'canceled' };
    default:
      return null;
  }
}
