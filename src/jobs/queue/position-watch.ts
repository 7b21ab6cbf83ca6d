/**
 * Tells clients that follow a waiting job how it moves up. Positions of all watched jobs are looked up together, at most
 * once a second, and only after the queue moved; a position that changed becomes a `queued` event. Two processes that watch
 * the same job store it once: the row remembers the last position told, and a row that another one holds is left to it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../../database/read-rows.ts';
import { jobEvents, jobs } from '../../database/schema.ts';
import { signal } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';

const betweenMs = 1_000;

export interface PositionWatch {
  /** Returns how to end it. */
  watch(id: string): () => void;
  stop(): void;
}

export function watchPositions(context: JobsContext): PositionWatch {
  const watched = new Map<string, number>();
  const stopped = new AbortController();
  let isPending = false;

  async function look(): Promise<void> {
    if (isPending || watched.size === 0) return;
    isPending = true;
    try {
      await sleep(betweenMs, undefined, { signal: stopped.signal });
      isPending = false;
      await tellPositions(context, [...watched.keys()]);
    } catch (error) {
      if (!stopped.signal.aborted) context.log.error(error, 'positions could not be told');
    } finally {
      isPending = false;
    }
  }

  const unsubscribe = context.signals.subscribe('moved', '', () => void look());
  return {
    watch: (id) => {
      watched.set(id, (watched.get(id) ?? 0) + 1);
      return () => {
        const others = (watched.get(id) ?? 1) - 1;
        if (others > 0) watched.set(id, others);
        else watched.delete(id);
      };
    },
    stop: () => {
      unsubscribe();
      stopped.abort();
    },
  };
}

/** Store a `queued` event for each of these jobs whose position is another than the one told last. */
async function tellPositions(context: JobsContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const at = context.clock();
  await context.database.transaction(async (transaction) => {
    const moved = await readRows(
      transaction,
      sql`with line as (
            select id, row_number() over (order by priority desc, number)::int as position
            from ${jobs} where state = 'queued'
          ),
          free as (
            select id from ${jobs} where id in ${ids} and state = 'queued' for update skip locked
          )
          update ${jobs} set queue_position = line.position, last_event = last_event + 1
          from line join free on free.id = line.id
          where ${jobs.id} = line.id and queue_position is distinct from line.position
          returning ${jobs.id} as id, queue_position as position, last_event as "lastEvent"`,
      z.object({ id: z.string(), position: z.int(), lastEvent: z.int() }),
    );
    for (const { id, position, lastEvent } of moved) {
      const body = { type: 'queued', position };
      await transaction.insert(jobEvents).values({ job: id, sequence: lastEvent, type: body.type, body, at });
      await signal(transaction, 'job', id);
    }
  });
}
