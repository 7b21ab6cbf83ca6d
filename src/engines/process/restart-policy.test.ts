import { expect, test } from 'vitest';
import { createRestartPolicy } from './restart-policy.ts';

const timing = { firstBackoff: 200, longestBackoff: 30_000 };
const crash = { wasReady: true, hasWorked: false, isHopeless: false };
const failedStart = { ...crash, wasReady: false };

test('the wait doubles to its limit and starts anew after a process that was in order', () => {
  const policy = createRestartPolicy(timing);
  const waits = Array.from({ length: 2000 }, () => policy.afterDeparture(crash));
  expect(waits.slice(0, 10)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  expect(waits.at(-1)).toBe(30_000);
  expect(policy.afterDeparture({ ...crash, hasWorked: true })).toBe(200);
  expect(policy.afterDeparture(crash)).toBe(400);
});

test('three failed starts in a row make it unavailable, until one is ready', () => {
  const policy = createRestartPolicy(timing);
  policy.afterDeparture(failedStart);
  policy.afterDeparture(failedStart);
  policy.becameReady();
  policy.afterDeparture(crash);
  policy.afterDeparture(failedStart);
  policy.afterDeparture(failedStart);
  expect(policy.isUnavailable()).toBe(false);
  policy.afterDeparture(failedStart);
  expect(policy.isUnavailable()).toBe(true);
  policy.becameReady();
  expect(policy.isUnavailable()).toBe(false);
});

test('a start that cannot succeed makes it unavailable at once; crashes never do', () => {
  const policy = createRestartPolicy(timing);
  for (let round = 0; round < 10; round++) policy.afterDeparture(crash);
  expect(policy.isUnavailable()).toBe(false);
  policy.afterDeparture({ ...failedStart, isHopeless: true });
  expect(policy.isUnavailable()).toBe(true);
});
