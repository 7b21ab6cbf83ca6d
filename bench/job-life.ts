/**
 * What the database has to do for one request from claim to end: claimed, told of three times while it runs, one output, one
 * end. Nothing is rendered. The baseline is one statement in a transaction of its own on the same database, and the two take
 * turns, so that a busy machine slows both.
 */
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { ulid } from 'ulid';
import type { Database } from '../src/database/database.ts';
import { openMemoryDatabase } from '../src/database/open-database.ts';
import { jobs as jobsTable } from '../src/database/schema.ts';
import { type Jobs, openJobs } from '../src/jobs/open-jobs.ts';
import { kinds } from '../src/server/kinds.ts';
import { claimNext, sampleJob, sampleOutput, sampleResult } from '../tests/support/sample-job.ts';
import type { Measurement } from './print-table.ts';
import { milliseconds, percentile, ratio } from './statistics.ts';

const turn = 20;
const warmUp = 40;

export async function measureJobLife(count: number): Promise<Measurement> {
  const database = await openMemoryDatabase();
  const log = pino({ level: 'silent' });
  const config = { MAX_QUEUE: 1_000_000, MODEL_SWITCH_SECONDS: 60 };
  const jobs = await openJobs({ database, kinds, config, clock: () => new Date(), newId: ulid, log });
  const ids = Array.from({ length: count + warmUp }, (_, index) => `job-${index}`);
  await Promise.all(ids.map((id) => jobs.accept(sampleJob(id, { calls: 1 }))));
  await takeTurns(database, jobs, warmUp);
  const { lives, statements } = await takeTurns(database, jobs, count);
  await jobs.close();
  await database.close();
  const row = (name: string, share: number): string[] => {
    const [life, statement] = [percentile(lives, share), percentile(statements, share)];
    return [name, milliseconds(life), milliseconds(statement), ratio(life / statement)];
  };
  const mean = lives.reduce((sum, life) => sum + life, 0) / lives.length;
  return {
    title: `From claim to end in the database: ${count} requests one at a time, ${(1000 / mean).toFixed(0)} per second`,
    baseline: 'one update of one row in a transaction of its own, taking turns',
    head: ['', 'request', 'one update', 'ratio'],
    rows: [row('p50', 0.5), row('p99', 0.99)],
  };
}

async function takeTurns(
  database: Database,
  jobs: Jobs,
  count: number,
): Promise<{ lives: number[]; statements: number[] }> {
  const [lives, statements]: [number[], number[]] = [[], []];
  for (let done = 0; done < count; done += turn) {
    for (let index = 0; index < turn; index += 1) lives.push(await timed(() => live(jobs)));
    for (let index = 0; index < turn; index += 1) statements.push(await timed(() => updateOne(database)));
  }
  return { lives, statements };
}

async function live({ work }: Jobs): Promise<void> {
  const job = await claimNext({ work });
  if (job === null) throw new Error('No request waits any more.');
  for (const step of [0, 1, 4]) {
    const progress = { phase: 'denoising', call: 0, calls: 1, step, total: 4 } as const;
    await work.report(job.id, {
      type: 'progress',
      progress: { ...progress, fraction: step / 4, etaSeconds: null },
    });
  }
  await work.recordOutput(job.id, sampleOutput(job.id, 0));
  await work.finish(job.id, { result: sampleResult, warnings: [] });
}

const updateOne = (database: Database): Promise<unknown> =>
  database.transaction((transaction) =>
    transaction.execute(sql`update ${jobsTable} set priority = 0 where id = 'job-0'`),
  );

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
