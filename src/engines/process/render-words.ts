import type { JobReport, RenderEnd, RenderTask } from '../engine.ts';
import { type JobWords, warningOf } from './job-session.ts';
import type { Report } from './protocol.ts';

/** The words of a render. `key`: its pipeline's name in memory. */
export function renderWords(task: RenderTask, key: string): JobWords<JobReport, RenderEnd> {
  const { job, plan, scratch, previewEvery } = task;
  return {
    command: {
      type: 'render',
      job,
      pipeline: plan.pipeline,
      key,
      adapters: plan.adapters,
      calls: plan.calls.filter((call) => task.calls.includes(call.index)),
      scratch,
      preview_every: previewEvery,
      ...(plan.safety_checker === undefined ? {} : { safety_checker: plan.safety_checker }),
    },
    toldOf,
    endOf: (report) =>
      report.type === 'done'
        ? { kind: 'done', timings: report.timings, peakBytes: report.memory.peak_bytes }
        : null,
  };
}

function toldOf(report: Report): JobReport | null {
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
