import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { preparedStatement } from '../database/prepared-statement.ts';
import { type InMemory, queueOrder, queueOrderValues } from './queue-order.ts';

interface Head {
  queue: string;
  number: number;
  priority: number;
}

const head = (queue: string, number: number, priority = 0): Head => ({ queue, number, priority });

let database: Database;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());

const orderHeads = preparedStatement(
  () => sql`
    select queue
    from json_to_recordset(${sql.placeholder('heads')}::json) as head(queue text, number bigint, priority int)
    where ${queueOrder.isOpen} order by ${queueOrder.order}`,
  z.object({ queue: z.string() }),
);

/** The queues that are open, in the order in which they are asked for a job. */
async function ordered(heads: Head[], inMemory: InMemory, overdueUpTo: number): Promise<string> {
  const rows = await orderHeads(database, {
    heads: JSON.stringify(heads),
    ...queueOrderValues(inMemory, overdueUpTo),
  });
  return rows.map(({ queue }) => queue).join(' ');
}

const cases: [name: string, heads: Head[], here: string[], overdueUpTo: number, order: string][] = [
  ['nothing waits', [], ['a'], 0, ''],
  ['nothing is loaded: the oldest', [head('b', 2), head('a', 1)], [], 0, 'a b'],
  ['what is loaded goes first', [head('a', 1), head('b', 2)], ['b'], 0, 'b a'],
  [
    'of several loaded, the one used last',
    [head('a', 1), head('b', 2), head('c', 3)],
    ['b', 'c'],
    0,
    'c b a',
  ],
  ['what is loaded has no jobs: the oldest', [head('b', 2), head('a', 1)], ['z'], 0, 'a b'],
  ['one that waited too long goes before what is loaded', [head('a', 1), head('b', 2)], ['b'], 1, 'a b'],
  [
    'the oldest of several that waited too long',
    [head('a', 4), head('c', 1), head('b', 5)],
    ['a', 'b'],
    4,
    'c a b',
  ],
  ['priority beats what is loaded', [head('a', 9, 5), head('b', 1)], ['b'], 0, 'a b'],
  ['priority beats age', [head('a', 9, 1), head('b', 1)], ['b'], 1, 'a b'],
  ['among equal priorities what is loaded goes first', [head('a', 1, 5), head('b', 2, 5)], ['b'], 0, 'b a'],
];

test.each(cases)('%s', async (_name, heads, here, overdueUpTo, order) => {
  expect(await ordered(heads, { here, idleNeighbors: [], busyNeighbors: [] }, overdueUpTo)).toBe(order);
});

const among: [
  name: string,
  heads: Head[],
  [here: string, idle: string, busy: string],
  overdueUpTo: number,
  order: string,
][] = [
  [
    'what a busy neighbor has comes after what nobody has',
    [head('a', 1), head('b', 2)],
    ['', '', 'a'],
    0,
    'b a',
  ],
  ['what a busy neighbor has is taken when nothing else waits', [head('a', 1)], ['', '', 'a'], 0, 'a'],
  ['what an idle neighbor has is left to it', [head('a', 1)], ['', 'a', ''], 0, ''],
  ['even if it is urgent: the rest is taken', [head('a', 1, 5), head('b', 2)], ['', 'a', ''], 0, 'b'],
  ['unless it has waited too long', [head('a', 1)], ['', 'a', ''], 1, 'a'],
  ['what both have may be taken by both', [head('a', 1)], ['a', 'a', ''], 0, 'a'],
  ['what is loaded here goes before what nobody has', [head('a', 1), head('b', 2)], ['b', '', ''], 0, 'b a'],
];

test.each(among)('%s', async (_name, heads, [here, idle, busy], overdueUpTo, order) => {
  const inMemory = { here: [here], idleNeighbors: [idle], busyNeighbors: [busy] };
  expect(await ordered(heads, inMemory, overdueUpTo)).toBe(order);
});
