import { pino } from 'pino';
import type { Config } from '../../config.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/open-database.ts';
import { UsageError } from '../../errors/usage-error.ts';
import { createKey, listKeys, revokeKey } from '../../keys/key-store.ts';
import type { KeyAccess } from './key-access.ts';

/**
 * The database of these settings, for this command alone. A Postgres server can be shared with running servers, which hear
 * of every change; the data folder cannot. Throws UsageError that says how to reach the keys of a running server.
 */
export async function openKeysDatabase(config: Config): Promise<Database> {
  try {
    return await openDatabase({ config, log: pino({ level: 'silent' }) });
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)}\n` +
        'The keys of a running server are managed through it: add --server <url>, and put an admin key of it into ' +
        'DARKROOM_API_KEY (a server that has no key yet asks for none).',
      { cause: error },
    );
  }
}

/** Whoever can open the database may do everything with the keys in it. */
export async function databaseKeys(config: Config): Promise<KeyAccess> {
  const database = await openKeysDatabase(config);
  return {
    create: (key) => createKey(database, key, new Date()),
    list: () => listKeys(database.queries),
    revoke: (id) => revokeKey(database, id, new Date()),
    close: () => database.close(),
  };
}
