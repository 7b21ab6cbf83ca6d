import type { Logger } from 'pino';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Sheets } from '../sheets/open-sheets.ts';

/** Cancels the rest of contact sheets that stop at an error, whenever a request fails, and once at the start. The result ends it. */
export function stopFailedSheets(options: {
  jobs: Pick<Jobs, 'feed'>;
  sheets: Pick<Sheets, 'stopFailed'>;
  log: Logger;
}): () => Promise<void> {
  const { jobs, sheets, log } = options;
  const stopped = new AbortController();
  const stop = (): Promise<void> =>
    sheets.stopFailed().catch((error: unknown) => log.error({ err: error }, 'a sheet could not be stopped'));
  async function watch(): Promise<void> {
    await stop();
    for await (const { events } of jobs.feed({ after: null }, stopped.signal))
      if (events.some(({ event }) => event.type === 'ended' && event.state === 'failed')) await stop();
  }
  const watching = watch().catch((error: unknown) =>
    log.error({ err: error }, 'sheets are not watched any more'),
  );
  return async () => {
    stopped.abort();
    await watching;
  };
}
