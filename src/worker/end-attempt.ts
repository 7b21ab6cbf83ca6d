import { assertNever } from '../errors/assert-never.ts';
import { type ErrorBody, toErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import { storageFailure } from '../errors/storage-failure.ts';
import { untilStored } from '../jobs/changes/until-stored.ts';
import { isTerminal, type Job } from '../jobs/job.ts';
import type { ReleaseReason } from '../jobs/job-machine.ts';
import type { StopReason } from './attempt-stop.ts';
import type { AttemptOutcome, TimeLimit } from './kind-runner.ts';
import type { WorkerParts } from './worker-parts.ts';

export interface AttemptEnd {
  outcome: AttemptOutcome;
  /** Why it was told to stop, if it was. */
  reason: StopReason | null;
  limit: TimeLimit | null;
  warnings: Sentence[];
}

type Ending =
  | { kind: 'finish'; result: unknown }
  | { kind: 'fail'; error: ErrorBody }
  | { kind: 'cancel' }
  | { kind: 'release'; reason: ReleaseReason; detail: string | null }
  /** It belongs to another process now. */
  | { kind: 'leave' };

/** Settle the job by how the attempt went. Returns whether the job has ended for good, so that its files can go. */
export async function endAttempt(job: Job, parts: WorkerParts, end: AttemptEnd): Promise<boolean> {
  const ending = endingOf(end);
  const isOurs = await untilStored(() => settle(job, parts, ending, end.warnings), parts.log, parts.signal);
  parts.log.info({ job: job.id, attempt: job.attempts, ending: ending.kind, isOurs }, 'attempt ended');
  return isOurs && (await hasEnded(job, parts, ending));
}

/** What happens to the job. Complete work counts, even if a cancel came in the meantime. */
function endingOf({ outcome, reason, limit }: AttemptEnd): Ending {
  if (reason === 'lost') return { kind: 'leave' };
  if (outcome.kind === 'done') return { kind: 'finish', result: outcome.result };
  switch (reason) {
    case 'canceled':
      return { kind: 'cancel' };
    case 'stopping':
      return { kind: 'release', reason: 'stopping', detail: null };
    case 'timeout':
      return { kind: 'fail', error: timeout(limit) };
    case 'unsaved':
    case null:
      return endingOfUndone(outcome);
    default:
      return assertNever(reason);
  }
}

function endingOfUndone(outcome: Exclude<AttemptOutcome, { kind: 'done' }>): Ending {
  switch (outcome.kind) {
    case 'failed':
      return { kind: 'fail', error: outcome.error };
    case 'holding':
      return { kind: 'release', reason: 'holding', detail: null };
    case 'crashed':
      return { kind: 'release', reason: 'engine-crashed', detail: outcome.message };
    case 'canceled':
      // Nobody asked for it: the engine was stopped during the job.
      return { kind: 'release', reason: 'stopping', detail: null };
    case 'broken':
      return { kind: 'fail', error: toErrorBody(storageFailure(outcome.error) ?? outcome.error) };
    default:
      return assertNever(outcome);
  }
}

function settle(job: Job, parts: WorkerParts, ending: Ending, warnings: Sentence[]): Promise<boolean> {
  const { work } = parts.jobs;
  switch (ending.kind) {
    case 'finish':
      return work.finish(job.id, { result: ending.result, warnings });
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

/** Releasing a job can fail it: the job machine limits the attempts. */
async function hasEnded(job: Job, parts: WorkerParts, ending: Ending): Promise<boolean> {
  if (ending.kind !== 'release') return true;
  const state = (await parts.jobs.states([job.id])).get(job.id);
  return state === undefined || isTerminal(state);
}

function timeout(limit: TimeLimit | null): ErrorBody {
  if (limit === null) throw new Error('An attempt without a limit cannot run out of time.');
  const { seconds, setting, advice } = limit;
  return {
    code: 'TIMEOUT',
    message: `The request ran longer than ${setting} (${seconds} s) and was stopped. ${advice}, or raise the setting.`,
  };
}
