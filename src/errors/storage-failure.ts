/** What went wrong with the disk or the database, told as what it is, whoever met it. */
import { DrizzleQueryError } from 'drizzle-orm';
import { DarkroomError } from './darkroom-error.ts';

/** STORAGE_FULL or DATABASE_UNAVAILABLE; null for any other error. */
export function storageFailure(error: unknown): DarkroomError | null {
  const chain = [...causes(error)];
  if (chain.some(isDiskFull)) {
    return new DarkroomError(
      'STORAGE_FULL',
      'The disk is full. Free some space, or set RETENTION_HOURS so that old files are removed, and send it again.',
      { cause: error },
    );
  }
  if (isDatabaseAway(chain)) {
    return new DarkroomError(
      'DATABASE_UNAVAILABLE',
      'The database does not answer, so nothing could be read or stored. Try again in a few seconds; the server log says why.',
      { cause: error },
    );
  }
  return null;
}

function* causes(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) yield cause;
}

/** The codes of Node and of Postgres (disk_full). */
function isDiskFull(error: Error): boolean {
  return ['ENOSPC', 'EDQUOT', '53100'].includes(codeOf(error));
}

/**
 * An error that Postgres itself answered with (it has a severity) is about the statement, but for those that say that it does
 * not serve: class 08 (connection), 57P01 to 57P03 (it shuts down or starts up), 53300 (too many connections), 25006 (only a
 * standby is left). Whatever else a statement fails with has happened on the way to the server.
 */
function isDatabaseAway(chain: readonly Error[]): boolean {
  if (chain.some((one) => one instanceof DarkroomError)) return false;
  const answer = chain.find((one) => 'severity' in one);
  if (answer !== undefined) return /^(08...|57P0[123]|53300|25006)$/.test(codeOf(answer));
  return chain.some((one) => one instanceof DrizzleQueryError || isUnconnected(one));
}

/** A transaction fails before its first statement when the pool has no connection; the driver gives its errors no codes. */
function isUnconnected(error: Error): boolean {
  const isNetwork = 'syscall' in error && ['connect', 'getaddrinfo'].includes(String(error.syscall));
  return isNetwork || /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message);
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
