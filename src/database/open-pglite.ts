import { readdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { DrizzleQueryError, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { fromDrizzle, fromPglite } from 'pg-boss';
import { makeTreePrivate } from '../security/private-files.ts';
import { joinTransactions } from './boss-executor.ts';
import type { Database } from './database.ts';
import { FencedFolder } from './fenced-folder.ts';
import { migrations } from './migrations-folder.ts';
import { keepNewDatabase, readNewDatabase, unpackNewDatabase } from './new-database.ts';
import { literal, type PreparedStatement, statementText } from './statement-text.ts';

const hourMs = 60 * 60 * 1000;

/** A folder that this process holds; `check` throws as soon as it does not any more. */
export interface HeldFolder {
  path: string;
  check: () => void;
}

/**
 * The embedded Postgres, in a folder or (null) in memory. PGlite has no autovacuum: without one of ours, what was deleted
 * would take its space for ever.
 */
export async function openPglite(folder: HeldFolder | null, vacuumEveryMs = hourMs): Promise<Database> {
  const isNew = folder === null || (await isEmpty(folder.path));
  const kept = isNew ? await readNewDatabase() : null;
  if (kept !== null && folder !== null) await unpackNewDatabase(kept, folder);
  const client = new PGlite(
    folder === null
      ? { dataDir: 'memory://', ...(kept === null ? {} : { loadDataDir: new Blob([kept]) }) }
      : { fs: new FencedFolder(folder.path, folder.check) },
  );
  await client.waitReady;
  // What it unpacks of a new database, it makes writable for everybody.
  if (folder !== null) await makeTreePrivate(folder.path, 'PG_VERSION', isNew);
  // Plans are made once, when the tables are small, and kept while they grow.
  await client.exec('set enable_seqscan = off');
  const queries = drizzle(client);
  await migrate(queries, migrations);
  if (isNew && kept === null) await keepNewDatabase(client);
  const vacuum = setInterval(() => void client.exec('vacuum (analyze)').catch(() => {}), vacuumEveryMs);
  vacuum.unref();
  return {
    kind: 'pglite',
    queries,
    ...joinTransactions(
      (work) => queries.transaction((transaction) => work(transaction, fromDrizzle(transaction, sql))),
      fromPglite(client),
    ),
    prepare: (statement) => prepareOnPglite(client, statement),
    listen: async (channel, onNotification) => {
      await client.listen(channel, onNotification);
    },
    close: () => {
      clearInterval(vacuum);
      return client.close();
    },
  };
}

const isEmpty = async (folder: string): Promise<boolean> =>
  (await readdir(folder).catch(() => [])).length === 0;

let prepared = 0;

/** PGlite plans each statement anew; it keeps the plan of those that are prepared in SQL, which are run with literals. */
function prepareOnPglite(client: PGlite, statement: SQL): PreparedStatement {
  const { text, order } = statementText(statement);
  const name = `darkroom_${++prepared}`;
  let ready: Promise<unknown> | null = null;
  return async (values) => {
    ready ??= client.exec(`prepare ${name} as ${text}`).catch((error: unknown) => {
      ready = null;
      throw error;
    });
    const given = order(values);
    try {
      await ready;
      return await client.query(
        given.length === 0 ? `execute ${name}` : `execute ${name}(${given.map(literal).join(', ')})`,
      );
    } catch (error) {
      // As every other statement fails, but without its values.
      throw error instanceof Error ? new DrizzleQueryError(text, [], error) : error;
    }
  };
}
