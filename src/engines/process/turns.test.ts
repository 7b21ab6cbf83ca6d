import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

const never = new AbortController().signal;

test('turns come in the order of asking, one at a time', async () => {
  const turns = createTurns();
  const order: string[] = [];
  const visit = async (name: string) => {
    const end = await turns.take(never);
    order.push(`${name} in`);
    await Promise.resolve();
    order.push(`${name} out`);
    end();
  };
  await Promise.all(['a', 'b', 'c'].map(visit));
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('who gives up while waiting holds nobody back, and lets nobody in early', async () => {
  const turns = createTurns();
  const gaveUp = new AbortController();
  const end = await turns.take(never);
  const second = turns.take(gaveUp.signal);
  let thirdIsIn = false;
  const third = turns.take(never).then((endThird) => {
    thirdIsIn = true;
    endThird();
  });
  gaveUp.abort(new Error('changed my mind'));
  await expect(second).rejects.toThrow('changed my mind');
  await new Promise((resolve) => setImmediate(resolve));
  expect(thirdIsIn).toBe(false);
  end();
  await third;
  expect(thirdIsIn).toBe(true);
});
