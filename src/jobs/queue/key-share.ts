import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { jobs } from '../../database/schema.ts';
import type { NewJob } from '../job.ts';

/**
 * Ids of those of a group whose API key has no place left in the queue, where a key may have `limit` jobs waiting (0: any
 * number). Jobs without a key have no share to exceed.
 */
export async function beyondShare(
  queries: Queries,
  group: readonly NewJob[],
  limit: number,
): Promise<Set<string>> {
  const keys = new Set(group.flatMap(({ keyId }) => keyId ?? []));
  if (limit === 0 || keys.size === 0) return new Set();
  const rows = await queries
    .select({ keyId: jobs.keyId, count: sql<number>`count(*)::int` })
    .from(jobs)
    .where(and(eq(jobs.state, 'queued'), inArray(jobs.keyId, [...keys])))
    .groupBy(jobs.keyId);
  const waiting = new Map(rows.map(({ keyId, count }) => [keyId, count]));
  const beyond = new Set<string>();
  for (const { id, keyId } of group) {
    if (keyId === null) continue;
    const count = (waiting.get(keyId) ?? 0) + 1;
    if (count > limit) beyond.add(id);
    else waiting.set(keyId, count);
  }
  return beyond;
}
