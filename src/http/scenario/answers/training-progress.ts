import { isTerminal } from '../../../jobs/job.ts';
import type { JobStatus } from '../../../jobs/reading/read-statuses.ts';
import type { Training } from '../../../training/training-store.ts';
import type { DialectParts } from '../../dialect.ts';
import { toJobId } from '../ids.ts';
import type { ModelAnswer } from '../schema/model.ts';

/** Whether a model may be seen is known where this is asked. */
const anyone = { project: '', keyId: null, seesAll: true };

/** What is told of the newest training of a model; nothing where it has had none. */
export async function trainingFields(
  model: string,
  { trainings, jobs }: Pick<DialectParts, 'trainings' | 'jobs'>,
): Promise<Pick<ModelAnswer, 'jobId' | 'trainingProgress' | 'trainingStats'>> {
  const [training] = (await trainings.list(anyone, { model, limit: 1 })).trainings;
  if (training === undefined) return {};
  const { job } = training;
  const status = isTerminal(job.state) ? null : await jobs.status(job.id);
  return {
    jobId: toJobId(job.id),
    trainingStats: statsOf(training),
    ...(status === null ? {} : { trainingProgress: progressOf(training, status) }),
  };
}

function statsOf({ job: { createdAt, startedAt, finishedAt } }: Training): ModelAnswer['trainingStats'] {
  const seconds = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;
  return {
    ...(startedAt === null
      ? {}
      : { startedAt: startedAt.toISOString(), queueDuration: seconds(createdAt, startedAt) }),
    ...(finishedAt === null ? {} : { endedAt: finishedAt.toISOString() }),
    ...(startedAt === null || finishedAt === null ? {} : { trainDuration: seconds(startedAt, finishedAt) }),
  };
}

function progressOf(
  { job }: Training,
  { state, progress }: JobStatus,
): NonNullable<ModelAnswer['trainingProgress']> {
  const at = (job.startedAt ?? job.createdAt).getTime();
  const fraction = progress?.fraction ?? 0;
  const isTraining = progress !== null && progress.step > 0;
  const waits = state === 'queued' || state === 'held';
  return {
    stage: waits ? 'queued-for-train' : isTraining ? 'running-train' : 'starting-train',
    progress: fraction,
    updatedAt: at,
    ...(state === 'queued' && progress?.position !== undefined ? { position: progress.position - 1 } : {}),
    ...(typeof progress?.etaSeconds === 'number' ? { remainingTimeMs: progress.etaSeconds * 1000 } : {}),
    ...(job.startedAt === null ? {} : { startedAt: job.startedAt.getTime() }),
  };
}
