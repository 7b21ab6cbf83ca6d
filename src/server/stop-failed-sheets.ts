import type { Logger } from 'pino';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Sheets } from '../sheets/open-sheets.ts';

/** Cancels the rest of contact sheets that stop at an error, whenever a request fails, and once at the start. The result ends it. */
export function stopFailedSheets(options: {
  jobs: Pick<Jobs, 'failures'>;
  sheets: Pick<Sheets, 'stopFailed'>;
  log: Logger;
}): () => Promise<void> {
  const {
    jobs: { failures },
    sheets,
    log,
  } = options;
  const stopped = new AbortController();
  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      const rings = failures.rings();
      await sheets
        .stopFailed()
        .catch((error: unknown) => log.error({ err: error }, 'a sheet could not be stopped'));
      await failures.wait(rings, stopped.signal);
    }
  }
  const watching = watch();
  return async () => {
    stopped.abort();
    await watching;
  };
}
