import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleJob } from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { secrets } from '../database/schema.ts';
import type { RenderTask } from '../engine/engine.ts';
import { createStandInEngine } from '../engine/stand-in-engine.ts';
import { type Jobs, openJobs } from './open-jobs.ts';
import { createRequestTokens, type RequestTokens, removeEndedTokens } from './request-tokens.ts';

let database: Database;
let jobs: Jobs;
beforeAll(async () => {
  database = await openMemoryDatabase();
  const config = { MAX_QUEUE: 100, MODEL_SWITCH_SECONDS: 60 };
  jobs = await openJobs({
    ...{ database, config, clock: () => new Date(), newId: () => 'tokens' },
    log: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await jobs.close();
  await database.close();
});

const secret = 'a secret that all processes share';
const open = (shared: string | null): RequestTokens =>
  createRequestTokens({ queries: database.queries, secret: shared });

/** The token that an engine behind these is given with a job. */
async function given(tokens: RequestTokens, job: string): Promise<string | null | undefined> {
  let seen: string | null | undefined;
  const engine = createStandInEngine();
  const watched = tokens.wrap({
    ...engine,
    prepare: async (task) => {
      seen = task.hfToken;
      return { kind: 'prepared', plan: task.plan };
    },
  });
  const { plan } = sampleJob(job);
  const rest = { calls: [], scratch: '', previewEvery: 0, onReport: () => {} };
  const task: RenderTask = { job, plan, signal: new AbortController().signal, ...rest };
  await watched.prepare(task);
  return seen;
}

const stored = async (): Promise<{ name: string; value: string }[]> =>
  (await database.queries.select().from(secrets)).filter(({ name }) => name.startsWith('hf-token:'));

test('without a secret a token is in this process only', async () => {
  const tokens = open(null);
  await tokens.remember('one', 'hf_one');
  expect(await given(tokens, 'one')).toBe('hf_one');
  expect(await given(open(null), 'one')).toBeNull();
  expect(await stored()).toEqual([]);
});

test('with a secret every process that has it can use it, and nobody else', async () => {
  await open(secret).remember('two', 'hf_two');
  expect(await given(open(secret), 'two')).toBe('hf_two');
  expect(await given(open(`${secret}, another`), 'two')).toBeNull();
  expect(await given(open(null), 'two')).toBeNull();
  expect(JSON.stringify(await stored())).not.toContain(Buffer.from('hf_two').toString('hex'));
});

test('a sealed token belongs to its job', async () => {
  await open(secret).remember('three', 'hf_three');
  const [row] = (await stored()).filter(({ name }) => name === 'hf-token:three');
  await database.queries.insert(secrets).values({ name: 'hf-token:four', value: row?.value ?? '' });
  expect(await given(open(secret), 'four')).toBeNull();
});

test('tokens go with their jobs; that of a request which is being accepted stays', async () => {
  await database.queries.delete(secrets);
  const now = new Date();
  const [waiting, ended, young, old] = [ulid(), ulid(), ulid(), ulid(now.getTime() - 2 * 60 * 60_000)];
  for (const id of [waiting, ended, young, old]) await open(secret).remember(id, 'hf_x');
  for (const id of [waiting, ended]) await jobs.accept(sampleJob(id));
  await jobs.cancel(ended);
  await removeEndedTokens(database.queries, now);
  expect((await stored()).map(({ name }) => name).toSorted()).toEqual(
    [`hf-token:${waiting}`, `hf-token:${young}`].toSorted(),
  );
});
