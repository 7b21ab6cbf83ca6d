import { DarkroomError } from '../errors/darkroom-error.ts';

/** A full disk told as what it is, whoever met it; null for any other error. */
export function storageFull(error: unknown): DarkroomError | null {
  if (!isDiskFull(error)) return null;
  return new DarkroomError(
    'STORAGE_FULL',
    'The disk is full. Free some space, or set RETENTION_HOURS so that old files are removed, and send it again.',
    { cause: error },
  );
}

/** The codes of Node and of Postgres (53100, disk_full), wherever in the chain of causes. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || isDiskFull(error.cause);
}
