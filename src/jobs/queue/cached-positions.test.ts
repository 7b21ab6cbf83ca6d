import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../database/database.ts';
import { openMemoryDatabase } from '../../database/open-database.ts';
import { jobs } from '../../database/schema.ts';
import { openJobSignals, signal } from '../job-signals.ts';
import { type KeptLine, keepLine } from './cached-positions.ts';

let database: Database;
let now = 0;
let count = 0;

beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());

const lineOf = async (limit: number, kind: Database['kind'] = database.kind): Promise<KeptLine> =>
  keepLine({
    database: { ...database, kind },
    signals: await openJobSignals(database),
    limit,
    seconds: () => now / 1000,
  });

/** Jobs that come without the line being told. */
async function addUnseen(more: number): Promise<void> {
  const row = {
    state: 'queued',
    model: 'demo',
    kind: 'render',
    dialect: 'native',
    project: 'proj_local',
    queue: 'key',
    units: 1,
    priority: 0,
  } as const;
  const json = { task: {}, needs: [], inputs: [], warnings: [] };
  const rows = Array.from({ length: more }, () => ({
    ...row,
    ...json,
    id: `job-${++count}`,
    createdAt: new Date(0),
  }));
  for (let start = 0; start < more; start += 500)
    await database.queries.insert(jobs).values(rows.slice(start, start + 500));
}

const lengthOf = async (line: KeptLine, wanted = 1): Promise<number> => (await line.read(wanted)).length;

test('what is admitted is counted along, and a line that moved is counted anew', async () => {
  const line = await lineOf(10_000);
  const read = await line.read(1);
  expect(read.positionsAfter([0, 5, 0])).toEqual([1, 1, 3]);
  line.admit([
    { priority: 0, number: 1 },
    { priority: 5, number: 2 },
    { priority: 0, number: 3 },
  ]);
  expect(await lengthOf(line)).toBe(3);
  await signal(database.queries, 'moved');
  expect(await lengthOf(line)).toBe(0);
});

test('a position counts those of higher priority, and those of the same that came before', async () => {
  const line = await lineOf(10_000);
  const read = await line.read(1);
  const places = [
    { priority: 0, number: 1 },
    { priority: 5, number: 2 },
    { priority: 0, number: 3 },
    { priority: 5, number: 4 },
    { priority: -1, number: 5 },
  ];
  line.admit(places.toReversed());
  line.admit(places);
  expect(places.map(read.positionOf)).toEqual([3, 1, 4, 2, 5]);
});

test('a line without room for what is wanted is counted before anybody is refused', async () => {
  const line = await lineOf(10);
  await line.read(1);
  line.admit([{ priority: 0, number: 1 }]);
  expect(await lengthOf(line, 9)).toBe(1);
  expect(await lengthOf(line, 10)).toBe(0);
});

test('a short line that other processes write to is counted each time, a long one after a while', async () => {
  const line = await lineOf(1_000_000, 'postgres');
  expect(await lengthOf(line)).toBe(0);
  await addUnseen(2_000);
  expect(await lengthOf(line)).toBe(2_000);
  await addUnseen(1);
  now += 199;
  expect(await lengthOf(line)).toBe(2_000);
  now += 1;
  expect(await lengthOf(line)).toBe(2_001);
});
