/**
 * Who has the device while a training is at work (TRAINING_SHARE):
 *
 *   share      a training has it for a minute at least, then jobs that are as urgent get up to a minute
 *   exclusive  a training keeps it to its end
 *   idle       a training has it only while nobody waits
 *
 * A training that takes long to load what it needs keeps it ten times as long as that.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import type { TrainingRun } from '../../engines/engine.ts';
import type { DeviceTurn } from '../../engines/pool/device-slot.ts';
import type { Jobs } from '../../jobs/open-jobs.ts';

export interface ShareParts {
  mode: Config['TRAINING_SHARE'];
  work: Pick<Jobs['work'], 'othersWait'>;
  priority: number;
  signal: AbortSignal;
}

const lookMs = 1_000;
const sliceMs = 60_000;
const loadingShare = 10;
const lowest = -(2 ** 31);

const othersWait = ({ work, mode, priority }: ShareParts): Promise<boolean> =>
  work.othersWait('train', mode === 'idle' ? lowest : priority);

/** Ask the run to yield once others wait and it is their turn. `loadingMs`: what it took until it trained. */
export async function yieldWhenDue(
  run: Pick<TrainingRun, 'yield' | 'outcome'>,
  loadingMs: () => number | null,
  parts: ShareParts,
): Promise<void> {
  if (parts.mode === 'exclusive') return;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, parts.signal]);
  run.outcome.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  const began = performance.now();
  let waited = false;
  while (!signal.aborted) {
    await sleep(lookMs, undefined, { signal }).catch(() => {});
    const loading = loadingMs();
    const least = parts.mode === 'idle' || loading === null ? 0 : Math.max(sliceMs, loadingShare * loading);
    if (signal.aborted || loading === null || performance.now() - began < least) continue;
    const wait = await othersWait(parts).catch(() => false);
    // Not at the first look: another device may be about to take what waits.
    if (wait && waited) return run.yield();
    waited = wait;
  }
}

/** Let those who wait have the device, and take another turn. Rejects with the reason of the signal. */
export async function letOthers(turn: DeviceTurn, parts: ShareParts): Promise<void> {
  const { mode, signal } = parts;
  turn.leave();
  const until = performance.now() + sliceMs;
  while (!signal.aborted && (mode === 'idle' || performance.now() < until)) {
    await sleep(lookMs, undefined, { signal }).catch(() => {});
    if (!(await othersWait(parts).catch(() => false))) break;
  }
  await turn.retake(signal);
}
