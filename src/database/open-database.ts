import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from './database.ts';
import { lockFolder } from './folder-lock.ts';
import { openPglite } from './open-pglite.ts';
import { openPostgres } from './open-postgres.ts';

/**
 * The database of these settings, migrated: a Postgres server when DATABASE_URL is set, else PGlite in the data folder,
 * which this process then holds alone until `close`. When the folder is taken from it all the same, the process ends before
 * it writes anything more. Throws an Error that says what to do.
 */
export async function openDatabase(options: {
  config: Pick<Config, 'DATABASE_URL' | 'databaseFolder'>;
  log: Logger;
  exit?: (code: number) => void;
}): Promise<Database> {
  const { config, log, exit = process.exit } = options;
  if (config.DATABASE_URL !== undefined) return openPostgres(config.DATABASE_URL, log);
  const folder = config.databaseFolder;
  const lock = await lockFolder(folder, {
    log,
    onLost: (error) => {
      log.fatal(error.message);
      exit(1);
    },
  });
  try {
    const database = await openPglite({ path: folder, check: lock.check });
    return { ...database, close: () => database.close().finally(lock.release) };
  } catch (error) {
    lock.release();
    throw new Error(
      `The embedded database in ${folder} does not open: ${error instanceof Error ? error.message : String(error)}. ` +
        `Is the disk full, or ${path.dirname(folder)} not writable? Otherwise restore the folder from a backup, or move ` +
        'it away to start with an empty one.',
      { cause: error },
    );
  }
}

/** A database that is gone when closed, for tests and for commands that keep nothing. */
export function openMemoryDatabase(): Promise<Database> {
  return openPglite(null);
}
