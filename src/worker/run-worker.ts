/**
 * Runs jobs on one engine, until told to stop: one at a time at the device, while those that have to download something
 * first do so beside it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../jobs/job.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { runAttempt, type StepTimes } from './run-attempt.ts';
import type { WorkerParts } from './worker-parts.ts';

const pauseAfterErrorMs = 1_000;
const longestWaitMs = 60_000;

/** Resolves after the signal has aborted and the running jobs are back in the queue. */
export async function runWorker(parts: WorkerParts): Promise<void> {
  const { jobs, slot, log, signal } = parts;
  const stepTimes: StepTimes = new Map();
  const attempts = new Set<Promise<void>>();
  await removeLeftovers(parts).catch((error: unknown) => log.warn({ err: error }, 'old scratch files stay'));
  while (!signal.aborted) {
    const turn = await slot.take(signal).catch(() => null);
    if (turn === null) break;
    const job = await nextJob(parts);
    if (job === null) {
      turn.end();
      if (!signal.aborted) await jobs.work.waitForWork(signal);
      continue;
    }
    const attempt = runAttempt(job, parts, { stepTimes, turn })
      .catch((error: unknown) => metError(error, parts))
      .finally(() => {
        turn.end();
        attempts.delete(attempt);
      });
    attempts.add(attempt);
  }
  await Promise.all(attempts);
}

async function nextJob(parts: WorkerParts): Promise<Job | null> {
  const { jobs, engine } = parts;
  try {
    return (await engineIsReady(parts)) ? await jobs.work.claim(engine.status().resident) : null;
  } catch (error) {
    await metError(error, parts);
    return null;
  }
}

async function metError(error: unknown, { log, signal }: WorkerParts): Promise<void> {
  log.error({ err: error }, 'the worker met an error; it goes on');
  await sleep(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
}

/** Jobs stay in the queue, where they can be canceled and others can take them, while this engine cannot run any. */
async function engineIsReady({ engine, signal, log }: WorkerParts): Promise<boolean> {
  const waiting = new AbortController();
  const stop = AbortSignal.any([signal, waiting.signal]);
  const stopped = sleep(longestWaitMs, false, { signal: stop }).catch(() => false);
  try {
    return await Promise.race([engine.ready().then(() => !signal.aborted), stopped]);
  } catch (error) {
    log.warn(
      { reason: error instanceof Error ? error.message : String(error) },
      'no engine to run requests on',
    );
    await sleep(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
    return false;
  } finally {
    waiting.abort();
  }
}
