/** How a claimed job ends or goes back. Each answers whether the job was still this process's to decide about. */

import type { ErrorBody } from '../errors/darkroom-error.ts';
import { redactDeep } from '../security/redact.ts';
import type { JobTimings } from './job.ts';
import { engineCrashLimit, ownerDeathLimit, type ReleaseReason } from './job-machine.ts';
import type { JobRow } from './job-row.ts';
import type { JobsContext } from './jobs-context.ts';
import { type MoveRequest, moveJob } from './move-job.ts';

export interface JobEnding {
  /** Seconds of the attempt that ended it. */
  timings: JobTimings;
  versions: Record<string, string>;
  /** What the engine warned of; added to the warnings that the job was accepted with. */
  warnings: readonly string[];
}

export function finishJob(context: JobsContext, id: string, ending: JobEnding): Promise<boolean> {
  return settle(context, {
    id,
    owner: context.owner,
    move: () => ({ type: 'finish' }),
    changes: (row) => ({ ...ending, warnings: withWarnings(row, ending.warnings) }),
  });
}

export function failJob(
  context: JobsContext,
  id: string,
  error: ErrorBody,
  warnings: readonly string[] = [],
): Promise<boolean> {
  return settle(context, {
    id,
    owner: context.owner,
    move: () => ({ type: 'fail' }),
    changes: (row) => ({
      error: redactDeep(error),
      errorCode: error.code,
      warnings: withWarnings(row, warnings),
    }),
  });
}

export function finishCanceledJob(context: JobsContext, id: string): Promise<boolean> {
  return settle(context, { id, owner: context.owner, move: () => ({ type: 'stopped' }) });
}

/** Give a job back to the queue. `detail` says what happened, for the error of an attempt too many. */
export function releaseJob(
  context: JobsContext,
  id: string,
  reason: ReleaseReason,
  detail: string | null = null,
): Promise<boolean> {
  return settle(context, releaseRequest(id, context.owner, reason, detail));
}

export function releaseRequest(
  id: string,
  owner: string,
  reason: ReleaseReason,
  detail: string | null,
): MoveRequest {
  return {
    id,
    owner,
    move: (row) => ({ type: 'release', reason, past: row }),
    changes: (row, to) => ({
      engineCrashes: row.engineCrashes + (reason === 'engine-crashed' ? 1 : 0),
      ownerDeaths: row.ownerDeaths + (reason === 'owner-died' ? 1 : 0),
      ...(to === 'failed' ? { error: crashError(reason, detail), errorCode: 'ENGINE_CRASHED' } : {}),
    }),
  };
}

async function settle(context: JobsContext, request: MoveRequest): Promise<boolean> {
  const row = await context.database.transaction((transaction) => moveJob(context, transaction, request));
  return row !== null;
}

function withWarnings(row: JobRow, added: readonly string[]): string[] {
  const before = Array.isArray(row.warnings) ? row.warnings.filter((one) => typeof one === 'string') : [];
  return [...new Set([...before, ...added])];
}

function crashError(reason: ReleaseReason, detail: string | null): ErrorBody {
  const what =
    reason === 'engine-crashed'
      ? `The engine process died ${engineCrashLimit} times while rendering this request`
      : `The server process died ${ownerDeathLimit} times while it ran this request`;
  const advice = 'Try fewer frames, a smaller size or fewer LoRAs; the server log says more.';
  return { code: 'ENGINE_CRASHED', message: `${what}${detail === null ? '' : `: ${detail}`}. ${advice}` };
}
