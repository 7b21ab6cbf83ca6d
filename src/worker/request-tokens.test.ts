import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleJob } from '../../tests/support/sample-job.ts';
import { secrets } from '../database/schema.ts';
import { type MemoryJobs, openMemoryJobs } from '../jobs/memory-jobs.fixture.ts';
import { createRequestTokens, type RequestTokens } from './request-tokens.ts';

let memory: MemoryJobs;
beforeAll(async () => {
  memory = await openMemoryJobs('tokens');
});
afterAll(() => memory.close());

const secret = 'a secret that all processes share';
const open = (shared: string | null): RequestTokens =>
  createRequestTokens({ queries: memory.database.queries, secret: shared });

const stored = async (): Promise<{ name: string; value: string }[]> =>
  (await memory.database.queries.select().from(secrets)).filter(({ name }) => name.startsWith('hf-token:'));

test('without a secret a token is in this process only', async () => {
  const tokens = open(null);
  await tokens.remember('one', 'hf_one');
  expect(await tokens.find('one')).toBe('hf_one');
  expect(await open(null).find('one')).toBeNull();
  expect(await stored()).toEqual([]);
});

test('with a secret every process that has it can use it, and nobody else', async () => {
  await open(secret).remember('two', 'hf_two');
  expect(await open(secret).find('two')).toBe('hf_two');
  expect(await open(`${secret}, another`).find('two')).toBeNull();
  expect(await open(null).find('two')).toBeNull();
  expect(JSON.stringify(await stored())).not.toContain(Buffer.from('hf_two').toString('hex'));
});

test('a sealed token belongs to its job', async () => {
  await open(secret).remember('three', 'hf_three');
  const [row] = (await stored()).filter(({ name }) => name === 'hf-token:three');
  await memory.database.queries.insert(secrets).values({ name: 'hf-token:four', value: row?.value ?? '' });
  expect(await open(secret).find('four')).toBeNull();
});

test('tokens go with their jobs; that of a request which is being accepted stays', async () => {
  await memory.database.queries.delete(secrets);
  const now = new Date();
  const [waiting, ended, young, old] = [ulid(), ulid(), ulid(), ulid(now.getTime() - 2 * 60 * 60_000)];
  for (const id of [waiting, ended, young, old]) await open(secret).remember(id, 'hf_x');
  for (const id of [waiting, ended]) await memory.jobs.accept(sampleJob(id));
  await memory.jobs.cancel(ended);
  await open(null).removeEnded(now);
  expect((await stored()).map(({ name }) => name).toSorted()).toEqual(
    [`hf-token:${waiting}`, `hf-token:${young}`].toSorted(),
  );
});
