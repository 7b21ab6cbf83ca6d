/** What several workers on one Postgres owe each other: jobs stay with the worker that has their model, up to a bound. */

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../tests/support/databases.ts';
import { claimNext, sampleJob, samplePlan } from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open-database.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import { kinds } from '../server/kinds.ts';
import { type Jobs, openJobs } from './open-jobs.ts';
import type { WorkBell } from './work-bell.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const log = pino({ level: 'silent' });
const keyOf = (model: string): string => pipelineKey(samplePlan({ model }).pipeline);

describe('two workers on one Postgres', () => {
  let server: PostgresServer;
  let seconds = 0;
  let open: { database: Database; jobs: Jobs; bell: WorkBell }[] = [];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    seconds = 0;
    const url = await server.createDatabase();
    open = [];
    for (const name of ['one', 'two']) {
      const database = await openDatabase({ config: { DATABASE_URL: url, databaseFolder: '' }, log });
      const config = { MAX_QUEUE: 100, MAX_QUEUE_PER_KEY: 0, MODEL_SWITCH_SECONDS: 60 };
      const jobs = await openJobs({
        database,
        kinds,
        config,
        clock: () => new Date(),
        newId: () => name,
        log,
        seconds: () => seconds,
      });
      open.push({ database, jobs, bell: jobs.work.bell(['render']) });
    }
  });
  afterEach(async () => {
    for (const { database, jobs } of open) {
      await jobs.close();
      await database.close();
    }
  });

  async function accept(ids: string[], model: string): Promise<void> {
    for (const id of ids) await open[0]?.jobs.accept(sampleJob(id, { model }));
  }

  /** Workers know how long a job has waited from when they were told of it. */
  const told = (jobs: number): Promise<void> =>
    expect.poll(() => Math.min(...open.map(({ bell }) => bell.rings()))).toBeGreaterThanOrEqual(jobs);

  /** What each worker takes next when it has this model in memory. */
  async function claimWith(model: string): Promise<(string | null)[]> {
    const taken: (string | null)[] = [];
    for (const { jobs } of open) taken.push((await claimNext(jobs, [keyOf(model)]))?.id ?? null);
    return taken;
  }

  test('each goes on with the model it has, until a job for another has waited MODEL_SWITCH_SECONDS', async () => {
    await accept(['other'], 'b');
    await accept(['1', '2', '3', '4', '5'], 'a');
    await told(6);
    seconds = 59;
    expect(await claimWith('a')).toEqual(['1', '2']);
    seconds = 61;
    // One of them switches; the other has no reason to.
    await accept(['6'], 'a');
    expect((await claimWith('a')).toSorted()).toEqual(['3', 'other']);
  });

  test('each takes the jobs of its own model while both wait', async () => {
    await accept(['a1'], 'a');
    await accept(['b1'], 'b');
    await accept(['a2'], 'a');
    await accept(['b2'], 'b');
    const [one, two] = open;
    if (one === undefined || two === undefined) throw new Error('no workers');
    expect((await claimNext(two.jobs, [keyOf('b')]))?.id).toBe('b1');
    expect((await claimNext(one.jobs, [keyOf('a')]))?.id).toBe('a1');
    expect((await claimNext(two.jobs, [keyOf('b')]))?.id).toBe('b2');
    expect((await claimNext(one.jobs, [keyOf('a')]))?.id).toBe('a2');
  });
});
