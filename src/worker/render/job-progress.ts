/**
 * How far a job is, from what the engine reports.
 *
 * Each step of a call counts as one part, and encoding and decoding together as one more. Finished calls, including those of earlier
 * attempts, count in full. The fraction never goes back. Loading and downloading do not count: how long they take says nothing
 * about the rest.
 *
 * The time left is the number of steps left times the seconds of a step: the mean so far, or that of the model's last job before the
 * second step.
 */
import type { JobReport } from '../../engines/engine.ts';
import type { JobProgress } from '../../jobs/job-event.ts';
import type { Call } from '../../render/plan.ts';

type Steps = Pick<Call, 'index' | 'steps'>;

export type ProgressReport = Extract<JobReport, { type: 'progress' }>;

export interface ProgressTracker {
  /** `seconds`: a clock that never jumps back. */
  observe(report: ProgressReport, seconds: number): JobProgress;
  callFinished(index: number): void;
  /** Null before two steps were seen. */
  secondsPerStep(): number | null;
}

export function trackProgress(
  calls: readonly Steps[],
  finishedCalls: Iterable<number>,
  usualSecondsPerStep: number | null,
): ProgressTracker {
  const finished = new Set(finishedCalls);
  const whole = sum(calls.map(parts));
  let fraction = 0;
  let since: { call: number | null; step: number; seconds: number } | null = null;
  let measured: number | null = null;

  function measure(report: ProgressReport, seconds: number): void {
    if (report.phase !== 'denoising') return;
    if (since === null || since.call !== report.call || report.step <= since.step) {
      since = { call: report.call, step: report.step, seconds };
    } else {
      measured = (seconds - since.seconds) / (report.step - since.step);
    }
  }

  return {
    observe: (report, seconds) => {
      measure(report, seconds);
      const open = calls.filter((call) => !finished.has(call.index));
      const current = open.find((call) => call.index === report.call);
      const inside = current === undefined ? 0 : partsDone(current, report);
      const done = whole - sum(open.map(parts)) + inside;
      fraction = Math.max(fraction, done / whole);
      const stepsLeft = sum(open.map((call) => call.steps)) - Math.min(inside, current?.steps ?? 0);
      const perStep = measured ?? usualSecondsPerStep;
      const { phase, call, step, total } = report;
      const etaSeconds = perStep === null || isPreparing(report) ? null : roundTenth(perStep * stepsLeft);
      return { phase, call, calls: calls.length, step, total, fraction: roundFraction(fraction), etaSeconds };
    },
    callFinished: (index) => {
      finished.add(index);
    },
    secondsPerStep: () => measured,
  };
}

const parts = (call: Steps): number => call.steps + 1;

function partsDone(call: Steps, report: ProgressReport): number {
  switch (report.phase) {
    case 'downloading':
    case 'loading':
    case 'adapters':
    case 'encoding':
      return 0;
    case 'denoising':
      return report.total === 0 ? 0 : (report.step / report.total) * call.steps;
    case 'decoding':
    case 'saving':
      return call.steps;
  }
}

const isPreparing = ({ phase }: ProgressReport): boolean => phase === 'downloading' || phase === 'loading';
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const roundTenth = (seconds: number): number => Math.round(seconds * 10) / 10;
const roundFraction = (fraction: number): number => Math.round(fraction * 10_000) / 10_000;
