import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Job } from '../../../jobs/job.ts';
import type { Asker } from '../../../registry/asker.ts';
import type { DialectParts } from '../../dialect.ts';
import { fromPredictionId } from '../ids.ts';

/** A LoRA that is trained already becomes a version by an import. */
export const trainingKinds: readonly string[] = ['train', 'import'];

export const isTraining = ({ kind }: Pick<Job, 'kind'>): boolean => trainingKinds.includes(kind);

/** One that the project has started by this API. Throws TRAINING_NOT_FOUND. */
export async function findTraining(
  id: string,
  asker: Pick<Asker, 'project' | 'seesAll'>,
  { jobs, dialect }: Pick<DialectParts, 'jobs' | 'dialect'>,
): Promise<Job> {
  const job = await jobs.get(trainingId(id));
  if (job === null || !isTraining(job) || job.dialect !== dialect) throw trainingNotFound(id);
  if (!asker.seesAll && job.project !== asker.project) throw trainingNotFound(id);
  return job;
}

function trainingId(id: string): string {
  try {
    return fromPredictionId(id);
  } catch {
    throw trainingNotFound(id);
  }
}

const trainingNotFound = (id: string): DarkroomError =>
  new DarkroomError('TRAINING_NOT_FOUND', `There is no training "${id.slice(0, 64)}". Check the id.`);
