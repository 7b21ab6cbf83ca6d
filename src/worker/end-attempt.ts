import { assertNever } from '../errors/assert-never.ts';
import { type ErrorBody, toErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import { storageFailure } from '../errors/storage-failure.ts';
import { isTerminal, type Job, type JobTimings } from '../jobs/job.ts';
import type { ReleaseReason } from '../jobs/job-machine.ts';
import { untilStored } from '../jobs/until-stored.ts';
import type { AttemptResult } from './attempt-facts.ts';
import type { StopReason } from './attempt-stop.ts';
import type { WorkerParts } from './worker-parts.ts';

export type AttemptEnd = AttemptResult & { reason: StopReason | null; warnings: Sentence[] };

type Ending =
  | { kind: 'finish'; timings: JobTimings }
  | { kind: 'fail'; error: ErrorBody }
  | { kind: 'cancel' }
  | { kind: 'release'; reason: ReleaseReason; detail: string | null }
  /** It belongs to another process now. */
  | { kind: 'leave' };

/** Settle the job as the attempt went. Returns whether its files are of no more use: it has ended for good. */
export async function endAttempt(job: Job, parts: WorkerParts, end: AttemptEnd): Promise<boolean> {
  const ending = endingOf(end, parts.config.INFERENCE_TIMEOUT);
  const isOurs = await untilStored(() => settle(job, parts, ending, end.warnings), parts.log, parts.signal);
  parts.log.info({ job: job.id, attempt: job.attempts, ending: ending.kind, isOurs }, 'attempt ended');
  return isOurs && (await hasEnded(job, parts, ending));
}

/** What becomes of the job. Work that is complete counts, whatever was asked meanwhile. */
export function endingOf(end: AttemptEnd, timeoutSeconds: number): Ending {
  if (end.reason === 'lost') return { kind: 'leave' };
  if (end.kind === 'rendered' && end.outcome.kind === 'done') return finish(end.outcome.timings);
  switch (end.reason) {
    case 'canceled':
      return { kind: 'cancel' };
    case 'stopping':
      return { kind: 'release', reason: 'stopping', detail: null };
    case 'timeout':
      return { kind: 'fail', error: timeout(timeoutSeconds) };
    case 'unsaved':
    case null:
      return end.kind === 'broken'
        ? { kind: 'fail', error: toErrorBody(storageFailure(end.error) ?? end.error) }
        : ofOutcome(end.outcome);
    default:
      return assertNever(end.reason);
  }
}

function ofOutcome(outcome: Extract<AttemptEnd, { kind: 'rendered' }>['outcome']): Ending {
  switch (outcome.kind) {
    case 'done':
      return finish(outcome.timings);
    case 'failed':
      return { kind: 'fail', error: { code: outcome.code, message: outcome.message } };
    case 'crashed':
      return { kind: 'release', reason: 'engine-crashed', detail: outcome.message };
    case 'canceled':
      // Nobody asked for it: the engine was stopped under the job.
      return { kind: 'release', reason: 'stopping', detail: null };
    default:
      return assertNever(outcome);
  }
}

function settle(job: Job, parts: WorkerParts, ending: Ending, warnings: Sentence[]): Promise<boolean> {
  const { work } = parts.jobs;
  switch (ending.kind) {
    case 'finish': {
      const { versions } = parts.engine.status();
      return work.finish(job.id, { timings: ending.timings, versions, warnings });
    }
    case 'fail':
      return work.fail(job.id, ending.error, warnings);
    case 'cancel':
      return work.finishCanceled(job.id);
    case 'release':
      return work.release(job.id, ending.reason, ending.detail ?? undefined);
    case 'leave':
      return Promise.resolve(false);
    default:
      return assertNever(ending);
  }
}

/** A released job may have failed by it. */
async function hasEnded(job: Job, parts: WorkerParts, ending: Ending): Promise<boolean> {
  if (ending.kind !== 'release') return true;
  const state = (await parts.jobs.states([job.id])).get(job.id);
  return state === undefined || isTerminal(state);
}

function finish(timings: { load_seconds: number; adapters_seconds: number; render_seconds: number }): Ending {
  const { load_seconds: load_pipeline, adapters_seconds: adapters, render_seconds: render } = timings;
  return { kind: 'finish', timings: { load_pipeline, adapters, render } };
}

function timeout(seconds: number): ErrorBody {
  return {
    code: 'TIMEOUT',
    message: `The request ran longer than INFERENCE_TIMEOUT (${seconds} s) and was stopped. Send fewer prompts, steps or frames, or raise the setting.`,
  };
}
