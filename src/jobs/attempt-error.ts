import { DarkroomError, type ErrorBody, toErrorBody } from '../errors/darkroom-error.ts';

/** What a job fails with when something was thrown: a full disk is told as what it is, whoever met it. */
export function attemptError(error: unknown): ErrorBody {
  if (error instanceof DarkroomError) return error.toBody();
  if (isDiskFull(error)) {
    return {
      code: 'STORAGE_FULL',
      message:
        'The disk is full. Free some space, or set RETENTION_HOURS so that old files are removed, and send it again.',
    };
  }
  return toErrorBody(error);
}

/** The codes of Node and of Postgres (53100, disk_full), wherever in the chain of causes. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || isDiskFull(error.cause);
}
