import { expect, test } from 'vitest';
import { createArrivals } from './arrivals.ts';

let now = 0;
const arrivals = () => {
  now = 1000;
  return createArrivals(() => now, 60);
};

test('a job has waited since it, or a later one, was first seen', () => {
  const { saw, overdueUpTo } = arrivals();
  saw(5);
  now += 10;
  saw(9);
  saw(4);
  now += 50;
  expect(overdueUpTo()).toBe(0);
  now += 1;
  expect(overdueUpTo()).toBe(5);
  now += 10;
  expect(overdueUpTo()).toBe(9);
});

test('none has waited too long that was never seen, and none twice', () => {
  const { saw, overdueUpTo } = arrivals();
  expect(overdueUpTo()).toBe(0);
  saw(7);
  now += 61;
  expect(overdueUpTo()).toBe(7);
  saw(7);
  saw(8);
  now += 60;
  expect(overdueUpTo()).toBe(7);
});

test('of very many, each is told in its time', () => {
  const { saw, overdueUpTo } = arrivals();
  for (let number = 1; number <= 10_000; number += 1) {
    now += 1;
    saw(number);
  }
  expect(overdueUpTo()).toBe(9_939);
});
