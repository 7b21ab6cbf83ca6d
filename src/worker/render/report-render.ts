import { readFile } from 'node:fs/promises';
import type { JobReport } from '../../engines/engine.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { JobEventBody, JobProgress } from '../../jobs/job-event.ts';
import type { Attempt } from '../attempt.ts';
import type { ProgressTracker } from './job-progress.ts';
import { throttleProgress } from './progress-throttle.ts';

type PreviewReport = Extract<JobReport, { type: 'preview' }>;

/** What is reported within this time is told as one: a request that is done in a moment makes few events. */
const togetherMs = 100;

/** Stores the engine's reports of one attempt as events, in order, without holding up the engine. */
export interface RenderReporter {
  report(report: Exclude<JobReport, { type: 'frame' }>): void;
  /** Nothing more comes. The last progress is told, or dropped where what is told next says more. */
  end(last: 'told' | 'dropped'): void;
}

export function createRenderReporter(
  attempt: Pick<Attempt, 'tell' | 'warn'>,
  tracker: ProgressTracker,
): RenderReporter {
  const isWorthStoring = throttleProgress();
  let newest: JobProgress | null = null;
  let timer: NodeJS.Timeout | undefined;

  function tellNewest(): void {
    if (newest !== null) attempt.tell({ type: 'progress', progress: newest });
    newest = null;
    timer = undefined;
  }

  function tellSoon(progress: JobProgress): void {
    newest = progress;
    timer ??= setTimeout(tellNewest, togetherMs);
  }

  return {
    end: (last) => {
      clearTimeout(timer);
      if (last === 'told') tellNewest();
    },
    report: (report) => {
      switch (report.type) {
        case 'progress': {
          const now = performance.now();
          const progress = tracker.observe(report, now / 1000);
          if (isWorthStoring(report, now)) tellSoon(progress);
          return;
        }
        case 'preview':
          return attempt.tell(previewEvent(report));
        case 'warning':
          return attempt.warn(report.message);
        default:
          return assertNever(report);
      }
    },
  };
}

async function previewEvent(report: PreviewReport): Promise<Extract<JobEventBody, { type: 'preview' }>> {
  const { call, step, width, height, file } = report;
  return { type: 'preview', call, step, width, height, image: await readFile(file, 'base64') };
}
