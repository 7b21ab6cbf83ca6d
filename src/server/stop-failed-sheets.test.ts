import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimNext, sampleJob } from '../../tests/support/sample-job.ts';
import { type MemoryJobs, openMemoryJobs } from '../jobs/memory-jobs.fixture.ts';
import { stopFailedSheets } from './stop-failed-sheets.ts';

let open: MemoryJobs;
beforeAll(async () => {
  open = await openMemoryJobs('sheets-test');
});
afterAll(() => open.close());

test('sheets are looked at once at the start and whenever a request fails, also after the database was away', async () => {
  const { jobs } = open;
  let looks = 0;
  const stop = stopFailedSheets({
    jobs,
    sheets: {
      stopFailed: async () => {
        looks += 1;
        if (looks === 2) throw new Error('the database is away');
      },
    },
    log: pino({ level: 'silent' }),
  });
  await expect.poll(() => looks).toBe(1);
  for (const [id, seen] of [
    ['first', 2],
    ['second', 3],
  ] as const) {
    await jobs.accept(sampleJob(`good-${id}`));
    await claimNext(jobs);
    await jobs.work.finish(`good-${id}`, { result: null, warnings: [] });
    await jobs.accept(sampleJob(id));
    await claimNext(jobs);
    expect(looks).toBe(seen - 1);
    await jobs.work.fail(id, { code: 'RENDER_FAILED', message: 'no' });
    await expect.poll(() => looks).toBe(seen);
  }
  await stop();
});
