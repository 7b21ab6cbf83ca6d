/** From a request for a verification to a job that does it. A folder is looked into before, so that what cannot be verified is refused. */
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Accepted } from '../jobs/queue/accept-jobs.ts';
import type { Asker } from '../registry/asker.ts';
import { type JobSource, JobUnreadable } from './job-source.ts';
import { matchPairs } from './match-pairs.ts';
import type { VerificationTask } from './verification-task.ts';

export interface VerificationOrder extends Omit<VerificationTask, 'asker' | 'dialect'> {
  asker: Asker;
  dialect: string;
  sent: unknown;
  idempotency: NewJob['idempotency'];
}

/** Throws VERIFICATION_INVALID, FORBIDDEN, MODEL_NOT_FOUND, TRAINING_NOT_FOUND, and what accepting throws. */
export type SubmitVerification = (order: VerificationOrder) => Promise<Accepted>;

export interface SubmitVerificationParts {
  jobs: Pick<Jobs, 'accept'>;
  /** As the worker reads it, without the hashes of LoRAs. */
  lookAt: (task: VerificationTask) => Promise<JobSource>;
  newId: () => string;
}

export function createSubmitVerification({
  jobs,
  lookAt,
  newId,
}: SubmitVerificationParts): SubmitVerification {
  return async ({ asker, sent, idempotency, ...order }) => {
    if (order.source.kind === 'folder' && !asker.seesAll)
      throw new DarkroomError(
        'FORBIDDEN',
        'Verifying a folder of the server takes an admin key. Name a training of this server instead.',
      );
    const { project, keyId, seesAll } = asker;
    const task: VerificationTask = { ...order, asker: { project, keyId, seesAll } };
    const source = await lookAt(task).catch((error: unknown) => {
      throw error instanceof JobUnreadable ? verificationInvalid(error) : error;
    });
    const { cells, skipped } = matchPairs(source, task);
    return jobs.accept({
      id: newId(),
      kind: 'verification',
      dialect: order.dialect,
      project,
      model: source.entry.id,
      units: 1,
      queue: 'verification',
      task,
      needs: [],
      inputs: [],
      request: sent,
      priority: 0,
      warnings: cells.length === 0 ? [nothingToCompare(skipped.map(({ reason }) => reason))] : [],
      keyId,
      webhook: null,
      idempotency,
    });
  };
}

function nothingToCompare(reasons: readonly string[]): string {
  const [first] = reasons;
  return first === undefined
    ? 'There are no samples to compare: the trainer has made none yet, or they were removed.'
    : `None of the samples can be compared: ${first}.`;
}

export const verificationInvalid = ({ message }: JobUnreadable): DarkroomError =>
  new DarkroomError('VERIFICATION_INVALID', message);
