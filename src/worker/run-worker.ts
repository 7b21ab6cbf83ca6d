/**
 * Takes jobs and runs them, until told to stop. It has a lane for each device: one job at a time has the device, while those
 * that have to download something first do so beside it. Kinds of work that need no device have a lane of their own, where a
 * few run at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engines/engine.ts';
import type { DeviceSlot } from '../engines/pool/device-slot.ts';
import type { Job } from '../jobs/job.ts';
import type { WorkBell } from '../jobs/work-bell.ts';
import type { InMemory } from '../scheduler/queue-order.ts';
import type { KindRunners } from './kind-runner.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { runAttempt } from './run-attempt.ts';
import type { WorkerParts } from './worker-parts.ts';

const pauseAfterErrorMs = 1_000;
/** Jobs of one device that keep what they have made. When they are slower than the device, it waits for them. */
const mostKeeping = 2;
const longestWaitMs = 60_000;

export interface Lane {
  /** Of the kinds that it takes. */
  runners: KindRunners;
  /** Where its jobs wait for their turn. */
  slot: Pick<DeviceSlot, 'take'>;
  /** The engine of the device, which has to be ready; null where no device is needed. */
  engine: Pick<Engine, 'ready' | 'status'> | null;
}

/** Resolves after the signal has aborted and the running jobs are back in the queue. */
export async function runWorker(parts: WorkerParts, lanes: readonly Lane[]): Promise<void> {
  await removeLeftovers(parts).catch((error: unknown) =>
    parts.log.warn({ err: error }, 'old scratch files stay'),
  );
  const neighborhood: Neighborhood = {
    bells: new Map(lanes.map((lane) => [lane, parts.jobs.work.bell(Object.keys(lane.runners))])),
    working: new Set(),
  };
  await Promise.all([...neighborhood.bells].map(([lane, bell]) => runLane(parts, lane, bell, neighborhood)));
}

/** What lanes know of each other. */
interface Neighborhood {
  bells: ReadonlyMap<Lane, WorkBell>;
  /** Those with a job at their device. */
  working: Set<Lane>;
}

async function runLane(
  parts: WorkerParts,
  lane: Lane,
  bell: WorkBell,
  neighborhood: Neighborhood,
): Promise<void> {
  const { signal } = parts;
  const { slot, runners } = lane;
  if (Object.keys(runners).length === 0) return;
  const attempts = new Map<Promise<void>, string>();
  const keeping = new Set<Promise<void>>();
  /** How often the bell had rung when nothing more was there to claim. */
  let emptyAt: number | null = null;
  while (!signal.aborted) {
    const turn = await slot.take(signal).catch(() => null);
    if (turn === null) break;
    neighborhood.working.delete(lane);
    if (emptyAt !== null) {
      turn.end();
      await bell.wait(emptyAt, signal);
      emptyAt = null;
      continue;
    }
    while (keeping.size >= mostKeeping) await Promise.race(keeping);
    const rings = bell.rings();
    const { job, othersWait } = await nextJob(parts, lane, neighborhood, [...attempts.values()]);
    emptyAt = othersWait ? null : rings;
    if (job === null) {
      turn.end();
      continue;
    }
    neighborhood.working.add(lane);
    // Jobs that were left to this lane are open to the others now.
    for (const [other, { ring }] of neighborhood.bells) if (other !== lane && other.engine !== null) ring();
    const leaveDevice = (): void => {
      keeping.add(attempt);
      turn.end();
    };
    const attempt = runAttempt(job, parts, { runners, turn, leaveDevice })
      .catch((error: unknown) => pauseAfter(error, parts))
      .finally(() => {
        turn.end();
        attempts.delete(attempt);
        keeping.delete(attempt);
      });
    attempts.set(attempt, job.kind);
  }
  await Promise.all(attempts.keys());
}

/** `underWay`: the kinds of the lane's jobs that have begun and stand aside. */
async function nextJob(
  parts: WorkerParts,
  lane: Lane,
  neighborhood: Neighborhood,
  underWay: readonly string[],
): Promise<{ job: Job | null; othersWait: boolean }> {
  const none = { job: null, othersWait: false };
  try {
    if (lane.engine !== null && !(await isReady(lane.engine, parts))) return none;
    const kinds = Object.entries(lane.runners).flatMap(([kind, { isAlone = false }]) =>
      isAlone && underWay.includes(kind) ? [] : [kind],
    );
    const inMemory = whatIsInMemory(lane, neighborhood);
    const claimed = await parts.jobs.work.claim({ kinds, inMemory, most: 1 });
    const [job = null] = claimed.jobs;
    return { job, othersWait: claimed.othersWait };
  } catch (error) {
    await pauseAfter(error, parts);
    return none;
  }
}

function whatIsInMemory(lane: Lane, { bells, working }: Neighborhood): InMemory {
  const residentOn = (some: readonly Lane[]): string[] =>
    some.flatMap(({ engine }) => engine?.status().resident ?? []);
  const isBusy = (other: Lane): boolean =>
    // Only the engine knows of a job that came back to the device after a download.
    working.has(other) || other.engine?.status().state === 'busy';
  const others = [...bells.keys()].filter((other) => other !== lane);
  return {
    here: residentOn([lane]),
    idleNeighbors: residentOn(others.filter((other) => !isBusy(other))),
    busyNeighbors: residentOn(others.filter(isBusy)),
  };
}

async function pauseAfter(error: unknown, { log, signal }: WorkerParts): Promise<void> {
  log.error({ err: error }, 'the worker failed at something; trying again');
  await sleep(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
}

/** Jobs stay in the queue, where they can be canceled and others can take them, while this engine cannot run any. */
async function isReady(engine: Pick<Engine, 'ready'>, { signal, log }: WorkerParts): Promise<boolean> {
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
