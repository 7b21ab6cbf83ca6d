/**
 * One attempt at a claimed job of any kind, from creating its folder to settling the job:
 *
 *   prepare, without the device if it has to download ─▶ run the units that have no output yet ─▶ settle
 *
 * The attempt gives up its turn at the device when a download begins, and takes another when it is done. The time limit of the kind
 * starts when the attempt is prepared and has its turn. A runner that is done with the device leaves it to the next job while it
 * still stores its outputs.
 *
 * However the attempt goes, the job is settled once: finished, failed, canceled, or given back to the queue. Recorded
 * outputs are kept in every case.
 */
import { mkdir, rm } from 'node:fs/promises';
import type { DeviceTurn } from '../engines/pool/device-slot.ts';
import type { Job } from '../jobs/job.ts';
import { type OpenAttempt, openAttempt } from './attempt.ts';
import { endAttempt } from './end-attempt.ts';
import type { AttemptOutcome, KindRunner, KindRunners, TimeLimit } from './kind-runner.ts';
import type { WorkerParts } from './worker-parts.ts';

export interface AttemptOptions {
  runners: KindRunners;
  /** A turn that is already taken; the caller ends it. */
  turn: DeviceTurn;
  /** Called when the attempt no longer needs the device but has not ended. */
  leaveDevice: () => void;
}

export async function runAttempt(
  job: Job,
  parts: WorkerParts,
  { runners, turn, leaveDevice }: AttemptOptions,
): Promise<void> {
  const runner = runners[job.kind];
  if (runner === undefined) throw new Error(`Nothing runs jobs of the kind "${job.kind}" here.`);
  const attempt = openAttempt(job, parts, { turn, leaveDevice });
  try {
    const outcome = await outcomeOf(job, runner, attempt, parts);
    attempt.close();
    const code = outcome.kind === 'failed' ? outcome.error.code : null;
    parts.observe({ model: job.model, outcome: outcome.kind, code });
    const { reason } = attempt.stop;
    const end = { outcome, reason, limit: runner.limit, warnings: attempt.warnings() };
    const isOver = await endAttempt(job, parts, end);
    await rm(isOver ? attempt.folder : attempt.scratch, { recursive: true, force: true });
  } finally {
    attempt.close();
  }
}

async function outcomeOf(
  job: Job,
  runner: KindRunner,
  attempt: OpenAttempt,
  parts: WorkerParts,
): Promise<AttemptOutcome> {
  try {
    await mkdir(attempt.scratch, { recursive: true });
    return await run(job, runner, attempt, parts);
  } catch (error) {
    parts.log.error({ err: error, job: job.id }, 'an attempt at a request broke off');
    return { kind: 'broken', error };
  } finally {
    await attempt.told();
  }
}

async function run(
  job: Job,
  runner: KindRunner,
  attempt: OpenAttempt,
  { jobs }: WorkerParts,
): Promise<AttemptOutcome> {
  const prepared = await runner.prepare(job, attempt);
  if (prepared.kind !== 'prepared') return prepared;
  if (prepared.learned !== undefined) await jobs.work.learn(job.id, prepared.learned);
  const isBack = await attempt.turn.retake(attempt.signal).then(
    () => true,
    () => false,
  );
  if (!isBack) return { kind: 'canceled' };
  const endTime = limitTime(runner.limit, attempt);
  try {
    return await prepared.run();
  } finally {
    endTime();
  }
}

const longestTimerMs = 2 ** 31 - 1;

function limitTime(limit: TimeLimit | null, { stop }: OpenAttempt): () => void {
  if (limit === null) return () => {};
  const timer = setTimeout(() => stop.stop('timeout'), Math.min(limit.seconds * 1000, longestTimerMs));
  return () => clearTimeout(timer);
}
