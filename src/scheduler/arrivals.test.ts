import { expect, test } from 'vitest';
import { createArrivals } from './arrivals.ts';

let now = 0;
const arrivals = () => {
  now = 1000;
  return createArrivals(() => now, 60);
};

test('a job has waited since it, or a later one, was first seen', () => {
  const { saw, waitedSeconds } = arrivals();
  saw(5);
  now += 10;
  saw(9);
  now += 20;
  expect([3, 5, 6, 9].map(waitedSeconds)).toEqual([30, 30, 20, 20]);
});

test('one that is seen for the first time has not waited', () => {
  const { waitedSeconds } = arrivals();
  expect(waitedSeconds(7)).toBe(0);
  now += 61;
  expect(waitedSeconds(7)).toBe(61);
});

test('old notes are forgotten, and nothing that waited long is told as waiting less', () => {
  const { saw, waitedSeconds } = arrivals();
  for (let number = 1; number <= 10_000; number += 1) {
    now += 1;
    saw(number);
  }
  expect(waitedSeconds(1)).toBeGreaterThan(60);
  expect(waitedSeconds(9_980)).toBe(20);
});
