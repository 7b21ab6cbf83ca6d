/**
 * The processes that run jobs. A process has a row here from its first claim on; the row of one that died stays, and says
 * whose jobs have to be released.
 *
 * A process of this machine is dead when its pid is gone or belongs to a later process. One that cannot be seen from here,
 * or that hangs, is taken for dead when its heartbeat is older than 15 s by the database's own clock. On PGlite the data
 * folder is locked, so every other owner is dead, and nobody needs a row. Being taken for dead by mistake does no harm: what the process still
 * reports is refused, because its jobs are no longer its own.
 */
import { eq, inArray, sql } from 'drizzle-orm';
import type { Database, Queries } from '../database/database.ts';
import { liveness, thisProcess } from '../database/process-identity.ts';
import { owners } from '../database/schema.ts';

export const heartbeatEveryMs = 3_000;
const silentSeconds = 15;

/** Whether the process of a row gave a sign of life lately. */
export const isBeating = sql<boolean>`(${owners.heartbeatAt} >= now() - make_interval(secs => ${silentSeconds}))`;

/** In the transaction of a claim: an owner has a row before it has a job. */
export async function registerOwner(queries: Queries, id: string): Promise<void> {
  await queries
    .insert(owners)
    .values({ id, ...thisProcess(), heartbeatAt: sql`now()` })
    .onConflictDoUpdate({ target: owners.id, set: { heartbeatAt: sql`now()` } });
}

export async function beat(queries: Queries, id: string): Promise<void> {
  await queries.update(owners).set({ heartbeatAt: sql`now()` }).where(eq(owners.id, id));
}

export async function deadOwners(database: Database, self: string): Promise<string[]> {
  const isSilent = sql<boolean>`not ${isBeating}`;
  const rows = await database.queries.select({ owner: owners, isSilent }).from(owners);
  return rows
    .filter(({ owner }) => owner.id !== self)
    .filter(({ owner, isSilent }) => database.kind === 'pglite' || isSilent || liveness(owner) === 'dead')
    .map(({ owner }) => owner.id);
}

export async function removeOwners(queries: Queries, ids: string[]): Promise<void> {
  if (ids.length > 0) await queries.delete(owners).where(inArray(owners.id, ids));
}
