/** The keys in the database. Every change is told to all processes of it, which keep them in memory. */
import { asc, eq, sql } from 'drizzle-orm';
import { ulid } from 'ulid';
import type { Database, Queries } from '../database/database.ts';
import { projects } from '../database/registry-schema.ts';
import { apiKeys } from '../database/schema.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { drawKey, keyDigest, keyId } from './key-digest.ts';
import { type KeyRecord, localProject, type NewKey, toKeyRecord } from './key-record.ts';

export const keysChannel = 'darkroom_keys';

export async function createKey(
  database: Database,
  { name, scope, project: handle }: NewKey,
  now: Date,
): Promise<{ key: string; record: KeyRecord }> {
  const key = drawKey();
  const digest = keyDigest(key);
  const row = await database.transaction(async (transaction) => {
    const project = handle === undefined ? localProject : await projectOf(transaction, handle, now);
    const made = { id: keyId(digest), name, scope, project, digest, createdAt: now, revokedAt: null };
    await transaction.insert(apiKeys).values(made);
    await tell(transaction);
    return made;
  });
  return { key, record: toKeyRecord(row) };
}

/** Id of the project of a handle. */
async function projectOf(transaction: Queries, handle: string, now: Date): Promise<string> {
  const id = `proj_${ulid(now.getTime()).toLowerCase()}`;
  await transaction
    .insert(projects)
    .values({ id, handle, name: handle, createdAt: now })
    .onConflictDoNothing();
  const [row] = await transaction
    .select({ id: projects.id })
    .from(projects)
    .where(eq(projects.handle, handle));
  return row?.id ?? id;
}

/** Oldest first, those that were revoked included. */
export async function listKeys(queries: Queries): Promise<KeyRecord[]> {
  return (await queries.select().from(apiKeys).orderBy(asc(apiKeys.createdAt), asc(apiKeys.id))).map(
    toKeyRecord,
  );
}

/** From now on the key opens nothing. Revoking it again changes nothing. Throws KEY_NOT_FOUND. */
export async function revokeKey(database: Database, id: string, now: Date): Promise<KeyRecord> {
  return database.transaction(async (transaction) => {
    const [row] = await transaction
      .update(apiKeys)
      .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, ${now.toISOString()}::timestamptz)` })
      .where(eq(apiKeys.id, id))
      .returning();
    if (row === undefined) {
      throw new DarkroomError(
        'KEY_NOT_FOUND',
        `There is no key "${id.slice(0, 64)}". List the keys for their ids; those of API_KEYS are removed there.`,
      );
    }
    await tell(transaction);
    return toKeyRecord(row);
  });
}

/** Forget every key, so that a server on loopback is open again. Returns how many there were. */
export async function resetKeys(database: Database): Promise<number> {
  return database.transaction(async (transaction) => {
    const removed = await transaction.delete(apiKeys).returning({ id: apiKeys.id });
    await tell(transaction);
    return removed.length;
  });
}

async function tell(transaction: Queries): Promise<void> {
  await transaction.execute(sql`select pg_notify(${keysChannel}, '')`);
}
