import { DrizzleQueryError, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, Pool } from 'pg';
import { fromDrizzle } from 'pg-boss';
import type { Logger } from 'pino';
import { joinTransactions } from './boss-executor.ts';
import type { Database } from './database.ts';
import { migrations } from './migrations-folder.ts';
import { listenOnPostgres } from './postgres-listener.ts';
import { type PreparedStatement, statementText } from './statement-text.ts';

/** Any number that every Darkroom process agrees on: the advisory lock around migrations. */
const migrationLock = 720_260;
const connectTimeoutMs = 10_000;

/** A Postgres server. Throws an Error that names the server, never the password, when it cannot be reached. */
export async function openPostgres(connectionString: string, log: Logger): Promise<Database> {
  await migrateAlone(connectionString);
  const pool = new Pool({
    connectionString,
    max: 10,
    application_name: 'darkroom',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  const onLost = (error: Error): void => log.warn({ error: error.message }, 'a database connection was lost');
  // The pool hears of idle connections only. One that is in use tells its user by the query that fails, but also by an event,
  // which ends the process when nobody listens.
  pool.on('error', onLost);
  pool.on('connect', (client) => client.on('error', onLost));
  const queries = drizzle(pool);
  const listener = listenOnPostgres(connectionString, log);
  return {
    kind: 'postgres',
    queries,
    ...joinTransactions(
      (work) => queries.transaction((transaction) => work(transaction, fromDrizzle(transaction, sql))),
      // Errors come as they are: pg-boss reads their codes.
      { executeSql: (text, values) => pool.query(text, values) },
    ),
    prepare: (statement) => prepareOnPostgres(pool, statement),
    listen: listener.listen,
    close: async () => {
      await listener.close();
      await pool.end();
    },
  };
}

/** Processes that start together migrate one after the other. */
async function migrateAlone(connectionString: string): Promise<void> {
  const client = new Client({
    connectionString,
    application_name: 'darkroom',
    connectionTimeoutMillis: connectTimeoutMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new Error(
      `The database at ${withoutPassword(connectionString)} does not answer: ${error instanceof Error ? error.message : String(error)}. ` +
        'Check DATABASE_URL and that the server runs, or unset DATABASE_URL to use the embedded database.',
    );
  }
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(client), migrations);
  } finally {
    await client.end();
  }
}

function withoutPassword(connectionString: string): string {
  const url = URL.parse(connectionString);
  return url === null ? 'DATABASE_URL' : `${url.protocol}//${url.host}${url.pathname}`;
}

let prepared = 0;

/** The driver prepares a statement that has a name once on each connection. */
function prepareOnPostgres(pool: Pool, statement: SQL): PreparedStatement {
  const { text, order } = statementText(statement);
  const name = `darkroom_${++prepared}`;
  return (values) =>
    pool.query({ name, text, values: order(values) }).catch((error: unknown) => {
      // As every other statement fails, but without its values, which are nobody's business.
      throw error instanceof Error ? new DrizzleQueryError(text, [], error) : error;
    });
}
