/** Where jobs stand: those of higher priority, and those of the same that were accepted earlier, are in front. */
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { jobs } from '../database/schema.ts';

export interface QueueLine {
  /** Waiting jobs, those that joined included. */
  readonly length: number;
  /** Let a new job in at the end of its priority. Returns its position, 1 for next. */
  join(priority: number): number;
}

/** The line as it is now, by priority. */
export async function queueLine(queries: Queries): Promise<QueueLine> {
  const rows = await queries
    .select({ priority: jobs.priority, count: sql<number>`count(*)::int` })
    .from(jobs)
    .where(eq(jobs.state, 'queued'))
    .groupBy(jobs.priority);
  const counts = new Map(rows.map(({ priority, count }) => [priority, count]));
  const waiting = (least: number): number =>
    [...counts].reduce((sum, [priority, count]) => (priority >= least ? sum + count : sum), 0);
  return {
    get length() {
      return waiting(Number.NEGATIVE_INFINITY);
    },
    join: (priority) => {
      counts.set(priority, (counts.get(priority) ?? 0) + 1);
      return waiting(priority);
    },
  };
}

/** Position of a waiting job, 1 for next; null when it does not wait. */
export async function positionOf(queries: Queries, id: string): Promise<number | null> {
  const [row] = await readRows(
    queries,
    sql`select (
          (select count(*) from ${jobs} where state = 'queued' and priority > this.priority)
          + (select count(*) from ${jobs} where state = 'queued' and priority = this.priority and number <= this.number)
        )::int as position
        from ${jobs} as this where this.id = ${id} and this.state = 'queued'`,
    z.object({ position: z.int() }),
  );
  return row?.position ?? null;
}
