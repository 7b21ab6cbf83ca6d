import { expect, test } from 'vitest';
import { createDeviceLine } from './device-slot.ts';

const signal = new AbortController().signal;

/** Whether it has happened by now. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one at a time, but for those that stand aside; who comes back waits like any other', async () => {
  const line = createDeviceLine();
  const first = await line.take(signal);
  const second = line.take(signal);
  await turnOfTheLoop();
  expect(await hasSettled(second)).toBe(false);
  first.leave();
  const other = await second;
  const back = first.retake(signal);
  await turnOfTheLoop();
  expect(await hasSettled(back)).toBe(false);
  other.end();
  await back;
  first.end();
  (await line.take(signal)).end();
});

test('who did not leave has the turn still', async () => {
  const turn = await createDeviceLine().take(signal);
  await turn.retake(signal);
  turn.end();
});

test('however many stand aside, the device is free for who is next', async () => {
  const line = createDeviceLine();
  const aside = [];
  for (let count = 0; count < 100; count += 1) {
    const turn = await line.take(signal);
    turn.leave();
    turn.leave();
    aside.push(turn);
  }
  const next = await line.take(signal);
  const back = aside[0]?.retake(signal);
  next.end();
  await back;
  for (const turn of aside) turn.end();
  (await line.take(signal)).end();
});

test('a wait that is called off leaves the line to the others', async () => {
  const line = createDeviceLine();
  const first = await line.take(signal);
  first.leave();
  const second = await line.take(signal);
  const stop = new AbortController();
  const back = first.retake(stop.signal);
  stop.abort(new Error('canceled'));
  await expect(back).rejects.toThrow('canceled');
  first.end();
  second.end();
  (await line.take(signal)).end();
});
