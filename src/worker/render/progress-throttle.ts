import type { ProgressReport } from './job-progress.ts';

const leastMs = 250;
/** The longer a job runs, the less often progress is stored: a day of rendering makes a few thousand events at most. */
const shareOfElapsed = 1 / 400;

/** Whether a progress report is worth storing: the first and the last of each phase always, others a few times a second. */
export function throttleProgress(): (report: ProgressReport, nowMs: number) => boolean {
  let started: number | null = null;
  let last: { report: ProgressReport; at: number } | null = null;
  return (report, nowMs) => {
    started ??= nowMs;
    const isFirst = last === null || last.report.phase !== report.phase || last.report.call !== report.call;
    const isLast = report.total > 0 && report.step >= report.total;
    const isRepeated = last !== null && !isFirst && last.report.step === report.step;
    const pause = Math.max(leastMs, (nowMs - started) * shareOfElapsed);
    const isDue = last === null || nowMs - last.at >= pause;
    if (isRepeated || !(isFirst || isLast || isDue)) return false;
    last = { report, at: nowMs };
    return true;
  };
}
