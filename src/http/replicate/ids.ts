import { DarkroomError } from '../../errors/darkroom-error.ts';

/** Of a job, whose id is a ULID in upper case. */
export const toPredictionId = (job: string): string => job.toLowerCase();

/** The id inside. Throws REQUEST_NOT_FOUND for what cannot be one. */
export function fromPredictionId(id: string): string {
  if (/^[0-9a-z]{26}$/.test(id)) return id.toUpperCase();
  throw predictionNotFound(id);
}

export const predictionNotFound = (id: string): DarkroomError =>
  new DarkroomError(
    'REQUEST_NOT_FOUND',
    `There is no prediction "${id.slice(0, 64)}". Check the id; finished predictions are removed after RETENTION_HOURS.`,
  );
