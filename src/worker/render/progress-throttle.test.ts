import { expect, test } from 'vitest';
import type { ProgressReport } from './job-progress.ts';
import { throttleProgress } from './progress-throttle.ts';

const report = (phase: ProgressReport['phase'], step: number, total = 1000, call = 0): ProgressReport => ({
  type: 'progress',
  job: 'job',
  call,
  phase,
  step,
  total,
});

test('the first and the last of each phase pass, others a few times a second', () => {
  const passes = throttleProgress();
  const passed: string[] = [];
  let now = 0;
  const tell = (one: ProgressReport): void => {
    now += 10;
    if (passes(one, now)) passed.push(`${one.phase} ${one.step}`);
  };
  tell(report('loading', 1, 2));
  tell(report('loading', 2, 2));
  for (let step = 1; step <= 1000; step += 1) tell(report('denoising', step));
  tell(report('decoding', 1, 1));
  expect(passed.slice(0, 3)).toEqual(['loading 1', 'loading 2', 'denoising 1']);
  expect(passed.slice(-2)).toEqual(['denoising 1000', 'decoding 1']);
  expect(passed.length).toBeGreaterThan(38);
  expect(passed.length).toBeLessThan(46);
});

test('a day of steps stores no more than a few thousand', () => {
  const passes = throttleProgress();
  const seconds = 24 * 60 * 60;
  let count = 0;
  for (let second = 0; second < seconds; second += 1) {
    if (passes(report('denoising', second, seconds + 1), second * 1000)) count += 1;
  }
  expect(count).toBeLessThan(4000);
});

test('the same report again is not news', () => {
  const passes = throttleProgress();
  expect(passes(report('denoising', 4, 4), 0)).toBe(true);
  expect(passes(report('denoising', 4, 4), 9_999)).toBe(false);
});
