import { S3ServiceException } from '@aws-sdk/client-s3';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { S3Location } from './s3-location.ts';

/** Whether the answer was that there is no such object. */
export const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  error.$metadata.httpStatusCode === 404 &&
  error.name !== 'NoSuchBucket';

/** What went wrong with the store, for people who run it. An abort stays what it is. */
export function storageUnavailable(error: unknown, { bucket, endpoint }: S3Location): unknown {
  if (error instanceof DarkroomError || (error instanceof Error && error.name === 'AbortError')) return error;
  const where = `The bucket "${bucket}"${endpoint === null ? '' : ` at ${new URL(endpoint).host}`} (ARTIFACTS_URL)`;
  return new DarkroomError('STORAGE_UNAVAILABLE', `${where} ${why(error)}`, { cause: error });
}

function why(error: unknown): string {
  if (!(error instanceof Error)) return `cannot be used: ${String(error)}.`;
  if (error.name === 'CredentialsProviderError') {
    return 'cannot be used without credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role.';
  }
  if (!(error instanceof S3ServiceException)) return `does not answer: ${error.message || error.name}.`;
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status === 404) return 'does not exist: create it, or mend its name.';
  if (status === 401 || status === 403)
    return 'refuses these credentials: they have to list, read, write and delete.';
  return `answered ${status} ${error.name}: ${error.message}.`;
}
