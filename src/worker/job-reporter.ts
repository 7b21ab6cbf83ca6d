import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { JobReport } from '../engines/engine.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { JobWork } from '../jobs/open-jobs.ts';
import type { RunningEvent, Standing } from '../jobs/report-job.ts';
import { redactDeep } from '../security/redact.ts';
import type { AttemptStop } from './attempt-stop.ts';
import type { ProgressTracker } from './job-progress.ts';
import { throttleProgress } from './progress-throttle.ts';

export type ToldReport = Exclude<JobReport, { type: 'frame' }>;

/** Passes on what the engine reports of one attempt, in order, without ever holding the engine up. */
export interface JobReporter {
  report(report: ToldReport): void;
  /** What the engine warned of. */
  warnings(): Sentence[];
  /** Resolves when all is stored. */
  finished(): Promise<void>;
}

export function createJobReporter(options: {
  id: string;
  work: Pick<JobWork, 'report'>;
  tracker: ProgressTracker;
  stop: AttemptStop;
  log: Logger;
}): JobReporter {
  const { id, work, tracker, stop, log } = options;
  const isWorthStoring = throttleProgress();
  const warnings: Sentence[] = [];
  let chain: Promise<void> = Promise.resolve();

  function store(make: () => Promise<RunningEvent> | RunningEvent): void {
    chain = chain
      .then(async () => heed(await work.report(id, await make()), stop))
      .catch((error: unknown) => log.warn({ err: error }, 'an event could not be stored'));
  }

  return {
    report: (report) => {
      switch (report.type) {
        case 'progress': {
          const now = performance.now();
          const progress = tracker.observe(report, now / 1000);
          if (isWorthStoring(report, now)) store(() => ({ type: 'progress', progress }));
          return;
        }
        case 'preview': {
          const { call, step, width, height, file } = report;
          const image = readFile(file, 'base64');
          // Looked at when its turn comes; until then a missing file is nobody's unhandled error.
          image.catch(() => {});
          store(async () => ({ type: 'preview', call, step, width, height, image: await image }));
          return;
        }
        case 'warning': {
          const message = redactDeep(report.message);
          warnings.push(message);
          store(() => ({ type: 'warning', message }));
        }
      }
    },
    warnings: () => warnings,
    finished: () => chain,
  };
}

/** Every answer of the database says how the job stands: act on it, in case a signal got lost. */
export function heed(standing: Standing, stop: AttemptStop): void {
  if (standing === 'cancel') stop.stop('canceled');
  if (standing === 'lost') stop.stop('lost');
}
