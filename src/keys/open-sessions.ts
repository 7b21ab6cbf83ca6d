/**
 * Browsers that have signed in: what a cookie holds stands for the key that it was given for, until it expires, the browser signs
 * out or the key is revoked. Kept in memory like the keys, so that asking costs no query, and told to all processes.
 */
import { randomBytes } from 'node:crypto';
import { desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database, Queries } from '../database/database.ts';
import { sessions } from '../database/schema.ts';
import { keyDigest } from './key-digest.ts';
import type { Keys, KnownKey } from './open-keys.ts';

const sessionsChannel = 'darkroom_sessions';
/** Of one key; the oldest end when there are more. */
const mostSessions = 100;

export interface Session {
  key: KnownKey;
  expiresAt: Date;
}

export interface Sessions {
  /** `token` goes into the cookie and is stored nowhere. */
  open(key: KnownKey, lifetimeMs: number): Promise<Session & { token: string }>;
  /** Null for one that has ended, or never was. */
  identify(token: string): Session | null;
  /** False when there is no such session. */
  end(token: string): Promise<boolean>;
}

export async function openSessions(options: {
  database: Database;
  keys: Pick<Keys, 'find'>;
  clock: () => Date;
  log: Logger;
}): Promise<Sessions> {
  const { database, keys, clock, log } = options;
  let known = new Map<string, typeof sessions.$inferSelect>();

  async function load(): Promise<void> {
    const rows = await database.queries.select().from(sessions);
    known = new Map(rows.map((row) => [row.digest, row]));
  }
  const reload = (): void => {
    load().catch((error: unknown) => log.error({ err: error }, 'the sessions could not be read again'));
  };

  await database.listen(sessionsChannel, reload, reload);
  await load();
  return {
    open: async (key, lifetimeMs) => {
      const token = randomBytes(32).toString('base64url');
      const createdAt = clock();
      const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
      const row = { digest: keyDigest(token), keyId: key.id, createdAt, expiresAt };
      await database.transaction((transaction) => insert(transaction, row));
      await load();
      return { token, key, expiresAt };
    },
    identify: (token) => {
      const row = known.get(keyDigest(token));
      const key = row === undefined || row.expiresAt <= clock() ? null : keys.find(row.keyId);
      return row === undefined || key === null ? null : { key, expiresAt: row.expiresAt };
    },
    end: async (token) => {
      const removed = await database.transaction(async (transaction) => {
        await tell(transaction);
        return transaction
          .delete(sessions)
          .where(eq(sessions.digest, keyDigest(token)))
          .returning();
      });
      await load();
      return removed.length > 0;
    },
  };
}

/** What has expired, and what is one too many of a key, goes. */
async function insert(transaction: Queries, row: typeof sessions.$inferInsert): Promise<void> {
  await transaction.delete(sessions).where(lt(sessions.expiresAt, row.createdAt));
  const tooMany = transaction
    .select({ digest: sessions.digest })
    .from(sessions)
    .where(eq(sessions.keyId, row.keyId))
    .orderBy(desc(sessions.createdAt))
    .offset(mostSessions - 1);
  await transaction.delete(sessions).where(inArray(sessions.digest, tooMany));
  await transaction.insert(sessions).values(row);
  await tell(transaction);
}

async function tell(transaction: Queries): Promise<void> {
  await transaction.execute(sql`select pg_notify(${sessionsChannel}, '')`);
}
