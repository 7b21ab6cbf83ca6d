/** Runs jobs one at a time on one engine, until told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { removeLeftovers } from './remove-leftovers.ts';
import { runAttempt, type StepTimes } from './run-attempt.ts';
import type { WorkerParts } from './worker-parts.ts';

const pauseAfterErrorMs = 1_000;
const longestWaitMs = 60_000;

/** Resolves after the signal has aborted and the running job, if there is one, is back in the queue. */
export async function runWorker(parts: WorkerParts): Promise<void> {
  const { jobs, engine, log, signal } = parts;
  const stepTimes: StepTimes = new Map();
  await removeLeftovers(parts).catch((error: unknown) => log.warn({ err: error }, 'old scratch files stay'));
  while (!signal.aborted) {
    try {
      const job = (await engineIsReady(parts)) ? await jobs.work.claim(engine.status().resident) : null;
      if (job !== null) await runAttempt(job, parts, stepTimes);
      else if (!signal.aborted) await jobs.work.waitForWork(signal);
    } catch (error) {
      log.error({ err: error }, 'the worker met an error; it goes on');
      await sleep(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
    }
  }
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
