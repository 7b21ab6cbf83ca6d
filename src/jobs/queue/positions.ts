/** Where jobs stand: those of higher priority, and those of the same that were accepted earlier, are in front. */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Queries } from '../../database/database.ts';
import { preparedStatement } from '../../database/prepared-statement.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobs } from '../../database/schema.ts';

export interface Place {
  priority: number;
  /** The job's number: order of acceptance. */
  number: number;
}

export interface QueueLine {
  /** Waiting jobs, those that were admitted included. */
  readonly length: number;
  /** Positions that new jobs of these priorities would have, 1 for next, if they came in this order. */
  positionsAfter(priorities: readonly number[]): number[];
  /** Let new jobs in, with the numbers they got. Those that are in the line already change nothing. */
  admit(places: readonly Place[]): void;
  /** Position of a waiting job, 1 for next. */
  positionOf(place: Place): number;
}

const waitingOfPriority = z.object({ priority: z.int(), numbers: z.array(z.int()) });

const selectWaiting = preparedStatement(
  () => sql`
    select priority, json_agg(number order by number) as numbers from ${jobs} where state = 'queued' group by priority`,
  waitingOfPriority,
);

/** The line as it is now. It is kept as sorted numbers, so that a position is found by halving. */
export async function queueLine(database: Pick<Database, 'prepare'>): Promise<QueueLine> {
  const rows = await selectWaiting(database, {});
  return lineOf(new Map(rows.map(({ priority, numbers }) => [priority, numbers])));
}

function lineOf(numbers: Map<number, number[]>): QueueLine {
  /** Waiting jobs of this priority or a higher one. */
  const waiting = (least: number): number => {
    let sum = 0;
    for (const [priority, group] of numbers) if (priority >= least) sum += group.length;
    return sum;
  };
  return {
    get length() {
      return waiting(Number.NEGATIVE_INFINITY);
    },
    positionsAfter: (priorities) =>
      priorities.map(
        (priority, index) =>
          waiting(priority) + priorities.slice(0, index + 1).filter((earlier) => earlier >= priority).length,
      ),
    admit: (places) => {
      for (const { priority, number } of places) {
        const group = numbers.get(priority) ?? [];
        const index = numbersBelow(group, number);
        if (group[index] !== number) group.splice(index, 0, number);
        numbers.set(priority, group);
      }
    },
    positionOf: ({ priority, number }) =>
      waiting(priority + 1) + numbersBelow(numbers.get(priority) ?? [], number) + 1,
  };
}

/** How many of these sorted numbers are less than this one. */
function numbersBelow(sorted: readonly number[], number: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of a waiting job by the database, 1 for next; null when it does not wait. */
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
