import { expect, test } from 'vitest';
import { samplePlan } from '../../../tests/support/sample-job.ts';
import { type ProgressReport, trackProgress } from './job-progress.ts';

const report = (
  phase: ProgressReport['phase'],
  call: number | null,
  step = 0,
  total = 0,
): ProgressReport => ({ type: 'progress', job: 'job', call, phase, step, total });

const { calls } = samplePlan({ calls: 2, steps: 9 });

test('the fraction runs over all calls and never back', () => {
  const tracker = trackProgress(calls, [], null);
  const seen = [
    tracker.observe(report('downloading', null, 500, 1000), 0),
    tracker.observe(report('loading', null, 1, 2), 1),
    tracker.observe(report('denoising', 0, 9, 9), 10),
    tracker.observe(report('decoding', 0), 11),
  ];
  tracker.callFinished(0);
  seen.push(tracker.observe(report('encoding', 1), 12));
  seen.push(tracker.observe(report('denoising', 1, 9, 9), 20));
  expect(seen.map(({ fraction }) => fraction)).toEqual([0, 0, 0.45, 0.45, 0.5, 0.95]);
  expect(seen[0]).toMatchObject({ phase: 'downloading', step: 500, total: 1000, calls: 2, call: null });
});

test('a report from behind does not take the fraction back', () => {
  const tracker = trackProgress(calls, [], null);
  tracker.observe(report('denoising', 0, 8, 9), 1);
  expect(tracker.observe(report('adapters', 0), 2).fraction).toBe(0.4);
});

test('calls that an earlier attempt finished count', () => {
  const tracker = trackProgress(calls, [0], null);
  expect(tracker.observe(report('encoding', 1), 0).fraction).toBe(0.5);
});

test('the time left comes from the steps so far', () => {
  const tracker = trackProgress(calls, [], null);
  expect(tracker.observe(report('denoising', 0, 1, 9), 100).etaSeconds).toBeNull();
  expect(tracker.observe(report('denoising', 0, 3, 9), 104).etaSeconds).toBe(30);
  expect(tracker.secondsPerStep()).toBe(2);
  tracker.callFinished(0);
  expect(tracker.observe(report('encoding', 1), 120).etaSeconds).toBe(18);
});

test('before the first steps it comes from the last job of the model, and loading has none', () => {
  const tracker = trackProgress(calls, [], 0.5);
  expect(tracker.observe(report('loading', null), 0).etaSeconds).toBeNull();
  expect(tracker.observe(report('encoding', 0), 0).etaSeconds).toBe(9);
});
