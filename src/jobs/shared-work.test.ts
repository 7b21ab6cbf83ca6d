/** What several workers on one Postgres owe each other: jobs stay with the worker that has their model, up to a bound. */

import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../tests/support/databases.ts';
import { claimNext, sampleJob, samplePlan } from '../../tests/support/sample-job.ts';
import type { Database, Queries } from '../database/database.ts';
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

  test('the stream of all events tells each once, also one that is committed after later ones, and goes on where it was left', async () => {
    const [one, two] = open;
    if (one === undefined || two === undefined) throw new Error('no workers');
    const told: { number: number; text: string }[] = [];
    const ends: AbortController[] = [];
    const follow = (after: number, into: typeof told): void => {
      const end = new AbortController();
      ends.push(end);
      void (async () => {
        for await (const { events } of two.jobs.feed({ after }, end.signal))
          for (const { number, event } of events)
            into.push({ number, text: `${event.job}:${event.sequence}` });
      })();
    };
    const texts = (of = told): string[] => of.map(({ text }) => text);
    const copyEvent = (queries: Queries, job: string): Promise<unknown> =>
      queries.execute(sql`insert into job_events (job, sequence, type, body, at)
        select job, 50, type, body, at from job_events where job = ${job} and sequence = 1`);
    await accept(['1', '2'], 'a');
    follow(0, told);
    await expect.poll(() => texts()).toEqual(['1:1', '2:1']);

    const drawn = Promise.withResolvers<void>();
    const committed = Promise.withResolvers<void>();
    const slow = one.database.transaction(async (transaction) => {
      await copyEvent(transaction, '1');
      drawn.resolve();
      await committed.promise;
    });
    await drawn.promise;
    await copyEvent(one.database.queries, '2');
    await accept(['3'], 'a');
    await expect.poll(() => texts()).toEqual(['1:1', '2:1', '2:50', '3:1']);
    committed.resolve();
    await slow;
    await accept(['4'], 'a');
    await expect.poll(() => texts().toSorted()).toEqual(['1:1', '1:50', '2:1', '2:50', '3:1', '4:1']);

    const resumed: typeof told = [];
    follow(told.find(({ text }) => text === '3:1')?.number ?? 0, resumed);
    await accept(['5'], 'a');
    await expect.poll(() => texts(resumed)).toEqual(['4:1', '5:1']);
    expect(new Set(texts()).size).toBe(told.length);
    for (const end of ends) end.abort();
  });
});
