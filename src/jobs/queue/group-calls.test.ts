import { expect, test } from 'vitest';
import { groupCalls } from './group-calls.ts';

function recorder(largestGroup: number, fail: (items: number[]) => boolean = () => false) {
  const groups: number[][] = [];
  const commit = groupCalls<number, string>(async (items) => {
    groups.push(items);
    await new Promise((resolve) => setImmediate(resolve));
    if (fail(items)) throw new Error(`cannot commit ${items.join()}`);
    return items.map((item) => () => {
      if (item < 0) throw new Error(`refused ${item}`);
      return `done ${item}`;
    });
  }, largestGroup);
  return { groups, commit };
}

test('what arrives together is committed together, in order', async () => {
  const { groups, commit } = recorder(100);
  const answers = await Promise.all([1, 2, 3, 4].map(commit));
  expect(groups).toEqual([[1, 2, 3, 4]]);
  expect(answers).toEqual(['done 1', 'done 2', 'done 3', 'done 4']);
});

test('clients that go on when they are answered stay in one group', async () => {
  const { groups, commit } = recorder(100);
  await Promise.all(
    [1, 2, 3].map(async (client) => {
      for (let round = 0; round < 3; round += 1) await commit(client);
    }),
  );
  expect(groups).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('groups have a largest size', async () => {
  const { groups, commit } = recorder(2);
  await Promise.all([1, 2, 3, 4, 5, 6].map(commit));
  expect(groups).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
});

test('one refused item leaves its neighbors alone', async () => {
  const { commit } = recorder(100);
  const answers = await Promise.allSettled([1, -2, 3].map(commit));
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a group that fails as a whole is tried item by item', async () => {
  const { groups, commit } = recorder(100, (items) => items.includes(3));
  const answers = await Promise.allSettled([1, 2, 3, 4].map(commit));
  expect(groups).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('it goes on after an idle time', async () => {
  const { commit } = recorder(100);
  await commit(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await commit(2)).toBe('done 2');
});
