import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { jobEvents, jobs } from '../../database/schema.ts';
import { sentenceSchema } from '../../errors/sentence.ts';
import { isTerminal, jobOutputSchema } from '../job.ts';
import { type JobEvent, jobPhases } from '../job-event.ts';
import { errorBodySchema } from '../job-row.ts';
import type { JobsContext } from '../jobs-context.ts';
import type { PositionWatch } from '../queue/position-watch.ts';
import { requestNotFound } from './read-jobs.ts';

/** Signals wake a reader; looking without one is only for what a lost connection swallowed. */
const lookAgainMs = 15_000;
const pageSize = 100;

/**
 * The stored events of a job after a sequence number, then those that come, until `ended` was told or the signal aborts.
 * It works on any process of the database. Throws REQUEST_NOT_FOUND; ends quietly when the job is removed meanwhile.
 */
export async function* jobEventStream(
  context: JobsContext,
  positions: PositionWatch,
  id: string,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const { queries } = context.database;
  const alarm = openAlarm(signal);
  const subscriptions = [context.signals.subscribe('job', id, alarm.ring), positions.watch(id)];
  try {
    let toldNothing = true;
    for (let after = afterSequence; !signal.aborted; ) {
      // Read before the events, whose last one then is among them. Those who are told of events need not ask.
      const state = toldNothing ? await stateOf(queries, id) : 'running';
      if (state === null && after === afterSequence) throw requestNotFound(id);
      const events = await eventsAfter(queries, id, after);
      for (const event of events) {
        yield event;
        if (event.type === 'ended' || signal.aborted) return;
        after = event.sequence;
      }
      toldNothing = events.length === 0;
      if (toldNothing && (state === null || isTerminal(state))) return;
      if (events.length < pageSize) await alarm.wait();
    }
  } finally {
    for (const unsubscribe of subscriptions) unsubscribe();
  }
}

/** A bell that is heard also when it rang before anybody waited. */
function openAlarm(signal: AbortSignal): { ring: () => void; wait: () => Promise<void> } {
  let next = Promise.withResolvers<void>();
  return {
    ring: () => next.resolve(),
    wait: async () => {
      const timer = new AbortController();
      const stop = AbortSignal.any([signal, timer.signal]);
      await Promise.race([next.promise, sleep(lookAgainMs, undefined, { signal: stop }).catch(() => {})]);
      timer.abort();
      next = Promise.withResolvers();
    },
  };
}

async function stateOf(queries: Queries, id: string): Promise<(typeof jobs.$inferSelect)['state'] | null> {
  const [row] = await queries.select({ state: jobs.state }).from(jobs).where(eq(jobs.id, id));
  return row?.state ?? null;
}

/** One stored event, or null when there is none (any more). */
export async function findEvent(queries: Queries, id: string, sequence: number): Promise<JobEvent | null> {
  const [row] = await queries
    .select()
    .from(jobEvents)
    .where(and(eq(jobEvents.job, id), eq(jobEvents.sequence, sequence)));
  return row === undefined ? null : toEvent(row);
}

async function eventsAfter(queries: Queries, id: string, after: number): Promise<JobEvent[]> {
  const rows = await queries
    .select()
    .from(jobEvents)
    .where(and(eq(jobEvents.job, id), gt(jobEvents.sequence, after)))
    .orderBy(asc(jobEvents.sequence))
    .limit(pageSize);
  return rows.map(toEvent);
}

function toEvent({ job, sequence, at, body }: typeof jobEvents.$inferSelect): JobEvent {
  return { job, sequence, at, ...eventBodySchema.parse(body) };
}

export const jobProgressSchema = z.object({
  phase: z.enum(jobPhases),
  call: z.int().nullable(),
  calls: z.int(),
  step: z.int(),
  total: z.int(),
  fraction: z.number(),
  etaSeconds: z.number().nullable(),
});

const eventBodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('queued'), position: z.int() }),
  z.object({ type: z.literal('started'), attempt: z.int() }),
  z.object({ type: z.literal('progress'), progress: jobProgressSchema }),
  z.object({
    type: z.literal('preview'),
    call: z.int(),
    step: z.int(),
    width: z.int(),
    height: z.int(),
    image: z.string(),
  }),
  z.object({ type: z.literal('output'), output: jobOutputSchema }),
  z.object({ type: z.literal('warning'), message: sentenceSchema }),
  z.object({
    type: z.literal('ended'),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']),
    error: errorBodySchema.nullable(),
  }),
]);
