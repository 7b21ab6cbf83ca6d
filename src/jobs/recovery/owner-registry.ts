/**
 * The processes that run jobs. A process has a row here from its first claim on; the row of one that died stays, and says
 * whose jobs have to be released.
 *
 * A process of this machine is dead when its pid is gone or belongs to a later process. One that cannot be seen from here, or
 * that hangs, is taken for dead when its heartbeat has not changed for 15 s. Those are counted here, by a clock that never
 * jumps: what the heartbeat says of the time means nothing. On PGlite the data folder is locked, so every other owner is dead,
 * and nobody needs a row. Being taken for dead by mistake does no harm: what the process still reports is refused, because its
 * jobs are no longer its own.
 */
import { inArray, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Database, Queries } from '../../database/database.ts';
import { liveness, thisProcess } from '../../database/process-identity.ts';
import { owners } from '../../database/schema.ts';

export const heartbeatEveryMs = 3_000;
const silentSeconds = 15;

/** The statement that says that a process lives, whether it has a row or not. */
export function ownerIsBeating(id: string | Placeholder): SQL {
  const { machine, pid, processStart } = thisProcess();
  return sql`
    insert into ${owners} (id, machine, pid, process_start, heartbeat_at)
    values (${id}, ${machine}, ${pid}, ${processStart}, clock_timestamp())
    on conflict (id) do update set heartbeat_at = clock_timestamp()`;
}

export interface OwnerWatch {
  /** Owners other than this one that do not live, as far as can be told since this process began to look. */
  dead(): Promise<string[]>;
}

export function watchOwners(database: Database, self: string, seconds: () => number): OwnerWatch {
  let heard = new Map<string, { beat: number; at: number }>();
  return {
    dead: async () => {
      const rows = await database.queries.select().from(owners);
      const now = seconds();
      const before = heard;
      heard = new Map(
        rows.map(({ id, heartbeatAt }) => {
          const beat = heartbeatAt.getTime();
          const last = before.get(id);
          return [id, last?.beat === beat ? last : { beat, at: now }];
        }),
      );
      const isSilent = (id: string): boolean => now - (heard.get(id)?.at ?? now) > silentSeconds;
      return rows
        .filter(({ id }) => id !== self)
        .filter((owner) => database.kind === 'pglite' || isSilent(owner.id) || liveness(owner) === 'dead')
        .map(({ id }) => id);
    },
  };
}

export async function removeOwners(queries: Queries, ids: string[]): Promise<void> {
  if (ids.length > 0) await queries.delete(owners).where(inArray(owners.id, ids));
}
