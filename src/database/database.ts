import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Db as BossExecutor } from 'pg-boss';
import type { PreparedStatement } from './statement-text.ts';

/** What statements are built on: the database itself, or a transaction of it. */
export type Queries = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** One Postgres, wherever it runs. */
export interface Database {
  /**
   * `pglite`: embedded, one connection, this process only. It writes to the operating system without fsync, so it loses
   * nothing when the process is killed, but may lose the last moments when the machine loses power.
   * `postgres`: a server, shared by any number of processes, as durable as it is set up to be.
   */
  readonly kind: 'pglite' | 'postgres';
  /** For statements that stand alone. Inside `transaction` use what it hands over: PGlite has only one connection. */
  readonly queries: Queries;
  transaction<T>(work: (transaction: Queries) => Promise<T>): Promise<T>;
  /**
   * For a statement that is sent all the time, outside of transactions: it is planned once, which on PGlite is most of what a
   * small one costs. Only for what is planned the same
   * however large the tables are: an insert, or rows by an index.
   */
  prepare(statement: SQL): PreparedStatement;
  /** How pg-boss reaches the database: inside `transaction` its statements join that transaction. */
  readonly bossExecutor: BossExecutor;
  /**
   * Hear `pg_notify` on a channel, from every process of the database. `onGap` is called after the connection was lost
   * and found again: notifications may have been missed.
   */
  listen(channel: string, onNotification: (payload: string) => void, onGap: () => void): Promise<void>;
  close(): Promise<void>;
}
