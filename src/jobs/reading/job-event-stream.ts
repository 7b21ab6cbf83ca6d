import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Queries } from '../../database/database.ts';
import { preparedStatement } from '../../database/prepared-statement.ts';
import { jobEvents, jobs } from '../../database/schema.ts';
import { isTerminal, type JobState, jobStates } from '../job.ts';
import type { JobEvent } from '../job-event.ts';
import type { JobsContext } from '../jobs-context.ts';
import type { PositionWatch } from '../queue/position-watch.ts';
import { eventBodySchema } from './event-body.ts';
import { openEventNews } from './event-news.ts';
import { requestNotFound } from './read-jobs.ts';

const pageSize = 100;

/**
 * The stored events of a job after a sequence number, then those that come, until `ended` was told or the signal aborts.
 * It works on any process of the database. Throws REQUEST_NOT_FOUND; ends quietly when the job is removed meanwhile.
 *
 * Signals bring most events with them. The database is asked at the beginning, and when one that was not brought is missing.
 */
export async function* jobEventStream(
  context: JobsContext,
  positions: PositionWatch,
  id: string,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const news = openEventNews(signal);
  const subscriptions = [context.signals.subscribe('job', id, news.heard), positions.watch(id)];
  try {
    for (let after = afterSequence; !signal.aborted; ) {
      const page = await readPage(context.database, id, after);
      if (page === null && after === afterSequence) throw requestNotFound(id);
      if (page === null) return;
      for (const event of page.events) {
        yield event;
        if (event.type === 'ended' || signal.aborted) return;
        after = event.sequence;
      }
      if (page.events.length === 0 && isTerminal(page.state)) return;
      if (page.events.length === pageSize) continue;
      for await (const brought of news.after(after)) {
        const event: JobEvent = { job: id, sequence: brought.sequence, at: brought.at, ...brought.body };
        yield event;
        if (event.type === 'ended' || signal.aborted) return;
        after = event.sequence;
      }
    }
  } finally {
    for (const unsubscribe of subscriptions) unsubscribe();
  }
}

/** One stored event, or null when there is none (any more). */
export async function findEvent(queries: Queries, id: string, sequence: number): Promise<JobEvent | null> {
  const [row] = await queries
    .select()
    .from(jobEvents)
    .where(and(eq(jobEvents.job, id), eq(jobEvents.sequence, sequence)));
  return row === undefined ? null : toEvent(row);
}

const eventRow = z.object({
  state: z.enum(jobStates),
  job: z.string().nullable(),
  sequence: z.int().nullable(),
  at: z.date().nullable(),
  body: z.unknown(),
});

/** The state of the job, and its next events: a row without one when there are none. */
const selectPage = preparedStatement(
  () => sql`
    select state, job, sequence, at, body
    from ${jobs} left join lateral (
      select job, sequence, at, body from ${jobEvents}
      where job = jobs.id and sequence > ${sql.placeholder('after')}::int
      order by sequence limit ${sql.raw(String(pageSize))}
    ) as following on true
    where jobs.id = ${sql.placeholder('id')} order by sequence`,
  eventRow,
);

/** Null when there is no such job. */
async function readPage(
  database: Database,
  id: string,
  after: number,
): Promise<{ state: JobState; events: JobEvent[] } | null> {
  const rows = await selectPage(database, { id, after: String(after) });
  const [first] = rows;
  if (first === undefined) return null;
  const events = rows.flatMap(({ job, sequence, at, body }) =>
    job === null || sequence === null || at === null ? [] : [toEvent({ job, sequence, at, body })],
  );
  return { state: first.state, events };
}

function toEvent({
  job,
  sequence,
  at,
  body,
}: Omit<typeof jobEvents.$inferSelect, 'type' | 'number'>): JobEvent {
  return { job, sequence, at, ...eventBodySchema.parse(body) };
}
