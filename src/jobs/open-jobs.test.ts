import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../../tests/support/databases.ts';
import { sampleJob } from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openDatabase, openMemoryDatabase } from '../database/open-database.ts';
import { type Jobs, openJobs } from './open-jobs.ts';

const log = pino({ level: 'silent' });
const config = { MAX_QUEUE: 10_000, MODEL_SWITCH_SECONDS: 60 };
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `id-${ids}`;
};
const ending = {
  timings: { load_pipeline: 1, adapters: 0, render: 2 },
  versions: { torch: '2' },
  warnings: [],
};

describe.each(postgresFolder === null ? ['pglite'] : ['pglite', 'postgres'])('on %s', (kind) => {
  let server: PostgresServer | null = null;
  let database: Database;
  let jobs: Jobs;
  const open = (): Promise<Jobs> => openJobs({ database, config, clock: () => new Date(), newId, log });

  beforeAll(async () => {
    if (kind === 'postgres' && postgresFolder !== null) server = await startPostgres(postgresFolder);
    database =
      server === null
        ? await openMemoryDatabase()
        : await openDatabase({
            config: { DATABASE_URL: await server.createDatabase(), databaseFolder: '' },
            log,
          });
    jobs = await open();
  }, 120_000);
  afterAll(async () => {
    await jobs?.close();
    await database?.close();
    await server?.stop();
  });

  test('a job is accepted, claimed, and finished', async () => {
    const accepted = await jobs.accept(sampleJob('first', { calls: 2 }));
    expect(accepted).toMatchObject({ position: 1, replayed: false, job: { id: 'first', state: 'queued' } });
    expect(await jobs.get('first')).toEqual(accepted.job);
    const claimed = await jobs.work.claim([]);
    expect(claimed).toMatchObject({ id: 'first', state: 'running', attempts: 1 });
    expect(await jobs.work.finish('first', ending)).toBe(true);
    expect(await jobs.get('first')).toMatchObject({ state: 'succeeded', versions: { torch: '2' } });
  });
});
