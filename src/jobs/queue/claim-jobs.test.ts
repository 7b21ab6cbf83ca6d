import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { nothingInMemory, sampleJob } from '../../../tests/support/sample-job.ts';
import type { Database } from '../../database/database.ts';
import { openMemoryDatabase } from '../../database/open-database.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobs as table } from '../../database/schema.ts';
import { literal, statementText } from '../../database/statement-text.ts';
import { kinds } from '../../server/kinds.ts';
import type { Job } from '../job.ts';
import { type Jobs, openJobs } from '../open-jobs.ts';
import type { ClaimRequest } from './claim-jobs.ts';

const waiting = 10_000;
const one = { kinds: ['render'], inMemory: nothingInMemory, most: 1 };
let database: Database;
let jobs: Jobs;
/** Values of the statements that were run, in their order. */
const executed: (readonly string[])[] = [];

beforeAll(async () => {
  const opened = await openMemoryDatabase();
  database = {
    ...opened,
    prepare: (statement) => {
      const run = opened.prepare(statement);
      const { order } = statementText(statement);
      return (values) => {
        executed.push(order(values).map(literal));
        return run(values);
      };
    },
  };
  jobs = await openJobs({
    database,
    kinds,
    clock: () => new Date(),
    newId: () => 'test',
    log: pino({ level: 'silent' }),
    config: { MAX_QUEUE: 2 * waiting, MODEL_SWITCH_SECONDS: 60 },
  });
  // A plan that is kept is made while nothing waits.
  for (let claims = 0; claims < 8; claims += 1) await jobs.work.claim(one);
  const models = ['demo', 'sdxl', 'flux', 'wan21_1b', 'zimage'];
  await Promise.all(models.map((model) => jobs.accept(sampleJob(`first-${model}`, { model }))));
  const copied = sql`kind, project, dialect, state, model, queue, units, task, needs, inputs, priority, warnings, last_event, created_at`;
  await database.queries.execute(sql`
    insert into ${table} (id, ${copied})
    select id || '-' || copy, ${copied} from ${table}, generate_series(1, ${waiting / models.length}::int) as copy`);
});
afterAll(async () => {
  await jobs.close();
  await database.close();
});

const claimed = async (asked: ClaimRequest): Promise<Job[]> => (await jobs.work.claim(asked)).jobs;

test('a claim is one statement, whatever is in memory and however many are taken', async () => {
  const [first] = await database.queries.select({ queue: table.queue }).from(table).limit(1);
  const queues = [first?.queue ?? ''];
  executed.length = 0;
  const here = { ...nothingInMemory, here: queues };
  expect(await claimed({ kinds: ['render'], inMemory: here, most: 1 })).toHaveLength(1);
  const elsewhere = { ...nothingInMemory, busyNeighbors: queues };
  expect(await claimed({ kinds: ['render', 'other'], inMemory: elsewhere, most: 5 })).toHaveLength(5);
  expect(executed).toHaveLength(2);
});

test('it reads as many rows as there are queues, however many jobs wait in them', async () => {
  const prepared = await readRows(
    database.queries,
    sql`select name from pg_prepared_statements where statement like '%for update skip locked%'`,
    z.object({ name: z.string() }),
  );
  expect(prepared).toHaveLength(1);
  for (const values of executed.slice(0, 2)) {
    const again = `execute ${prepared[0]?.name}(${values.join(', ')})`;
    const plan = await readRows(
      database.queries,
      sql`explain (analyze, format json) ${sql.raw(again)}`,
      z.object({ 'QUERY PLAN': z.unknown() }),
    );
    const rows = [...JSON.stringify(plan).matchAll(/"Actual Rows":([\d.]+)/g)].map(([, count]) =>
      Number(count),
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(Math.max(...rows)).toBeLessThan(50);
  }
});
