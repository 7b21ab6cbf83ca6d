import { describe, expect, test } from 'vitest';
import type { JobState } from './job.ts';
import {
  engineCrashLimit,
  type JobMove,
  nextState,
  ownerDeathLimit,
  type PastAttempts,
  type ReleaseReason,
} from './job-machine.ts';

const fresh: PastAttempts = { engineCrashes: 0, ownerDeaths: 0, cancelRequested: false };
const release = (reason: ReleaseReason, past: Partial<PastAttempts> = {}): JobMove => ({
  type: 'release',
  reason,
  past: { ...fresh, ...past },
});

type Outcome = JobState | 'stays' | 'refused';

const table: Record<JobState, [JobMove, Outcome][]> = {
  queued: [
    [{ type: 'claim' }, 'running'],
    [{ type: 'finish' }, 'refused'],
    [{ type: 'fail' }, 'failed'],
    [{ type: 'cancel' }, 'canceled'],
    [{ type: 'stopped' }, 'refused'],
    [release('stopping'), 'refused'],
    [release('engine-crashed'), 'refused'],
    [release('owner-died'), 'refused'],
    [{ type: 'hold' }, 'held'],
    [{ type: 'unhold' }, 'refused'],
  ],
  held: [
    [{ type: 'claim' }, 'refused'],
    [{ type: 'finish' }, 'refused'],
    [{ type: 'cancel' }, 'canceled'],
    [{ type: 'hold' }, 'refused'],
    [{ type: 'unhold' }, 'queued'],
    [release('stopping'), 'refused'],
  ],
  running: [
    [{ type: 'claim' }, 'refused'],
    [{ type: 'finish' }, 'succeeded'],
    [{ type: 'fail' }, 'failed'],
    [{ type: 'cancel' }, 'stays'],
    [{ type: 'stopped' }, 'canceled'],
    [release('stopping'), 'queued'],
    [release('stopping', { engineCrashes: 9, ownerDeaths: 9 }), 'queued'],
    [release('engine-crashed'), 'queued'],
    [release('engine-crashed', { engineCrashes: engineCrashLimit - 1 }), 'failed'],
    [release('engine-crashed', { ownerDeaths: ownerDeathLimit }), 'queued'],
    [release('owner-died', { ownerDeaths: ownerDeathLimit - 2 }), 'queued'],
    [release('owner-died', { ownerDeaths: ownerDeathLimit - 1 }), 'failed'],
    [release('owner-died', { cancelRequested: true }), 'canceled'],
    [release('stopping', { cancelRequested: true }), 'canceled'],
    [release('engine-crashed', { engineCrashes: engineCrashLimit, cancelRequested: true }), 'canceled'],
    [release('holding'), 'held'],
    [release('holding', { cancelRequested: true }), 'canceled'],
    [{ type: 'hold' }, 'refused'],
  ],
  succeeded: [],
  failed: [],
  canceled: [],
};

describe.each(['queued', 'held', 'running'] as const)('from %s', (state) => {
  test.each(table[state])('%o → %s', (move, outcome) => {
    const verdict = nextState(state, move);
    if (verdict.kind === 'move') expect(verdict.to).toBe(outcome);
    else expect(verdict.kind).toBe(outcome === 'stays' ? 'stay' : 'refuse');
  });
});

test.each(['succeeded', 'failed', 'canceled'] as const)('nothing leaves %s', (state) => {
  for (const [move] of [...table.queued, ...table.running]) {
    expect(nextState(state, move)).toEqual({ kind: 'refuse', why: `the job has ${state} already` });
  }
});
