import { expect, test } from 'vitest';
import { createStandInEngine } from '../stand-in-engine.ts';
import { createDeviceSlot } from './device-slot.ts';

const signal = new AbortController().signal;
const newSlot = () => createDeviceSlot('cpu', createStandInEngine());

/** Whether it has happened by now. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one at a time, but for those that stand aside; who comes back waits like any other', async () => {
  const slot = newSlot();
  const first = await slot.take(signal);
  const second = slot.take(signal);
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
  (await slot.take(signal)).end();
});

test('who did not leave has the turn still', async () => {
  const turn = await newSlot().take(signal);
  await turn.retake(signal);
  turn.end();
});

test('however many stand aside, the device is free for who is next', async () => {
  const slot = newSlot();
  const aside = [];
  for (let count = 0; count < 100; count += 1) {
    const turn = await slot.take(signal);
    turn.leave();
    turn.leave();
    aside.push(turn);
  }
  const next = await slot.take(signal);
  const back = aside[0]?.retake(signal);
  next.end();
  await back;
  for (const turn of aside) turn.end();
  (await slot.take(signal)).end();
});

test('a wait that is called off holds nobody back and lets nobody in early', async () => {
  const slot = newSlot();
  const first = await slot.take(signal);
  first.leave();
  const second = await slot.take(signal);
  const stop = new AbortController();
  const back = first.retake(stop.signal);
  stop.abort(new Error('canceled'));
  await expect(back).rejects.toThrow('canceled');
  first.end();
  second.end();
  (await slot.take(signal)).end();
});

test('a turn that ended while it waited for its place does not keep the device', async () => {
  const slot = newSlot();
  const first = await slot.take(signal);
  first.leave();
  const second = await slot.take(signal);
  const back = first.retake(signal);
  first.end();
  second.end();
  await back;
  (await slot.take(signal)).end();
});
