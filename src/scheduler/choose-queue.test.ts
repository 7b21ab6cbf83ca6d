import { expect, test } from 'vitest';
import { chooseQueue, type QueueHead } from './choose-queue.ts';

const head = (queue: string, number: number, waitedSeconds = 0, priority = 0): QueueHead => ({
  queue,
  number,
  waitedSeconds,
  priority,
});

const cases: [name: string, heads: QueueHead[], resident: string[], chosen: string | null][] = [
  ['nothing waits', [], ['a'], null],
  ['nothing is loaded: the oldest', [head('b', 2), head('a', 1)], [], 'a'],
  ['what is loaded goes first', [head('a', 1, 30), head('b', 2)], ['b'], 'b'],
  ['of several loaded, the one used last', [head('a', 1), head('b', 2), head('c', 3)], ['b', 'c'], 'c'],
  ['what is loaded has no jobs: the oldest', [head('b', 2), head('a', 1)], ['z'], 'a'],
  ['one that waited too long goes before what is loaded', [head('a', 1, 61), head('b', 2, 5)], ['b'], 'a'],
  ['the oldest of several that waited too long', [head('a', 4, 70), head('c', 1, 90)], ['b'], 'c'],
  ['exactly the bound is not too long', [head('a', 1, 60), head('b', 2)], ['b'], 'b'],
  ['priority beats what is loaded', [head('a', 9, 0, 5), head('b', 1)], ['b'], 'a'],
  ['priority beats age', [head('a', 9, 0, 1), head('b', 1, 900)], ['b'], 'a'],
  ['among equal priorities what is loaded goes first', [head('a', 1, 0, 5), head('b', 2, 0, 5)], ['b'], 'b'],
];

test.each(cases)('%s', (_name, heads, here, chosen) => {
  const inMemory = { here, idleNeighbors: [], busyNeighbors: [] };
  expect(chooseQueue(heads, inMemory, 60)?.queue ?? null).toBe(chosen);
});

const among: [
  name: string,
  heads: QueueHead[],
  [here: string, idle: string, busy: string],
  chosen: string | null,
][] = [
  ['what a busy neighbor has comes after what nobody has', [head('a', 1), head('b', 2)], ['', '', 'a'], 'b'],
  ['what a busy neighbor has is taken when nothing else waits', [head('a', 1)], ['', '', 'a'], 'a'],
  ['what an idle neighbor has is left to it', [head('a', 1)], ['', 'a', ''], null],
  ['even if it is urgent: the rest is taken', [head('a', 1, 0, 5), head('b', 2)], ['', 'a', ''], 'b'],
  ['unless it has waited too long', [head('a', 1, 61)], ['', 'a', ''], 'a'],
  ['what both have may be taken by both', [head('a', 1)], ['a', 'a', ''], 'a'],
  ['what is loaded here goes before what nobody has', [head('a', 1), head('b', 2)], ['b', '', ''], 'b'],
];

test.each(among)('%s', (_name, heads, [here, idle, busy], chosen) => {
  const inMemory = { here: [here], idleNeighbors: [idle], busyNeighbors: [busy] };
  expect(chooseQueue(heads, inMemory, 60)?.queue ?? null).toBe(chosen);
});
