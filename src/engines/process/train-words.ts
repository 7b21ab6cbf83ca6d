import type { TrainEnd, TrainReport, TrainTask } from '../engine.ts';
import { type JobWords, warningOf } from './job-session.ts';
import type { Report } from './protocol.ts';

/** The words of a training. `key`: its pipeline's name in memory. */
export function trainWords(task: TrainTask, key: string): JobWords<TrainReport, TrainEnd> {
  const { job, plan, folder, scratch, cache } = task;
  return {
    command: { type: 'train', job, key, plan, folder, done_epochs: [...task.doneEpochs], cache, scratch },
    toldOf,
    endOf,
  };
}

function toldOf(report: Report): TrainReport | null {
  switch (report.type) {
    case 'stage':
    case 'step':
    case 'checkpoint':
    case 'progress':
    case 'frame':
      return report;
    case 'warning':
      return { type: 'warning', job: report.job, message: warningOf(report) };
    default:
      return null;
  }
}

function endOf(report: Report): TrainEnd | null {
  switch (report.type) {
    case 'done':
      return { kind: 'done', peakBytes: report.memory.peak_bytes };
    case 'yielded':
      return { kind: 'yielded', step: report.step };
    default:
      return null;
  }
}
