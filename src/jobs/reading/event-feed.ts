/**
 * The events of all jobs that somebody may see, in one stream that goes on where it was left.
 *
 * Every event has a number, which is the cursor. The stream asks the database for what follows when a signal says that there
 * is something, at most every `betweenMs`. A Postgres server draws numbers before it commits, so an event may turn up with a
 * number below one that was told already: the last `reordered` numbers are asked for each time, and those that were told are
 * passed over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../../database/read-rows.ts';
import { jobEvents, jobs } from '../../database/schema.ts';
import { createBell } from '../bell.ts';
import type { JobEvent } from '../job-event.ts';
import { anyJob } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';
import { eventBodySchema } from './event-body.ts';

const betweenMs = 200;
/** A page without events comes so often, for those who look at other things besides. */
const idleMs = 1_000;
/** Looking without a signal is only for what a lost connection swallowed. */
const lookAgainMs = 15_000;
const pageSize = 200;
const reordered = 200;

export interface FeedRequest {
  /** Number of the last event that is known; null: begin with what happens from now on. */
  after: number | null;
  /** Only of jobs that this API key sent; absent: of all. */
  keyId?: string | null;
}

export interface FeedEvent {
  number: number;
  event: JobEvent;
  /** Kind of the job. */
  kind: string;
}

export interface FeedPage {
  events: FeedEvent[];
  /** What to ask for events after, later. */
  last: number;
}

/** Pages in order, the first one at once; some are empty. Ends at the abort. */
export async function* eventFeed(
  context: JobsContext,
  asked: FeedRequest,
  signal: AbortSignal,
): AsyncGenerator<FeedPage> {
  const bell = createBell();
  const subscriptions = [
    context.signals.subscribe('job', anyJob, bell.ring),
    context.signals.subscribe('work', '', bell.ring),
  ];
  try {
    let last = asked.after ?? (await newestNumber(context));
    const told = await openTold(context, last);
    let lookedAt = Number.NEGATIVE_INFINITY;
    for (let rings = -1; !signal.aborted; ) {
      const now = context.seconds() * 1000;
      if (bell.rings() === rings && now - lookedAt < lookAgainMs) {
        yield { events: [], last };
      } else {
        rings = bell.rings();
        lookedAt = now;
        const events = await readAfter(context, asked, told, last);
        last = Math.max(last, ...events.map(({ number }) => number));
        yield { events, last };
        if (events.length === pageSize) continue;
        await sleep(betweenMs, undefined, { signal }).catch(() => {});
      }
      await bell.wait(rings, idleMs, signal);
    }
  } finally {
    for (const unsubscribe of subscriptions) unsubscribe();
  }
}

/** Numbers that were told, as far back as one before them may still turn up. */
interface Told {
  span: number;
  numbers: Set<number>;
}

async function openTold({ database }: JobsContext, last: number): Promise<Told> {
  if (database.kind === 'pglite') return { span: 0, numbers: new Set() };
  const known = await readRows(
    database.queries,
    sql`select number from ${jobEvents} where number > ${last - reordered} and number <= ${last}`,
    z.object({ number: z.coerce.number() }),
  );
  return { span: reordered, numbers: new Set(known.map(({ number }) => number)) };
}

const feedRow = z.object({
  number: z.coerce.number(),
  job: z.string(),
  kind: z.string(),
  sequence: z.int(),
  at: z.coerce.date(),
  body: z.unknown(),
});

async function readAfter(
  { database }: JobsContext,
  { keyId }: FeedRequest,
  told: Told,
  last: number,
): Promise<FeedEvent[]> {
  const from = last - told.span;
  for (const number of told.numbers) if (number <= from) told.numbers.delete(number);
  const own = keyId === undefined ? sql`true` : ownedBy(keyId);
  const rows = await readRows(
    database.queries,
    sql`select e.number, e.job, j.kind, e.sequence, e.at, e.body
      from ${jobEvents} e join ${jobs} j on j.id = e.job
      where e.number > ${from} and ${own} order by e.number limit ${pageSize + told.numbers.size}`,
    feedRow,
  );
  const fresh = rows.filter(({ number }) => !told.numbers.has(number)).slice(0, pageSize);
  for (const { number } of fresh) told.numbers.add(number);
  return fresh.map(({ number, job, kind, sequence, at, body }) => ({
    number,
    kind,
    event: { job, sequence, at, ...eventBodySchema.parse(body) },
  }));
}

const ownedBy = (keyId: string | null): SQL =>
  keyId === null ? sql`j.key_id is null` : sql`j.key_id = ${keyId}`;

async function newestNumber({ database }: JobsContext): Promise<number> {
  const [row] = await readRows(
    database.queries,
    sql`select coalesce(max(number), 0) as number from ${jobEvents}`,
    z.object({ number: z.coerce.number() }),
  );
  return row?.number ?? 0;
}
