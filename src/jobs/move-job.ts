/**
 * Carry out one move of the job machine: the row is locked, the machine is asked, and the new state is written with
 * everything that belongs to it (event, queue entry, signals) in the same transaction.
 */
import { and, eq } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobEvents, jobs } from '../database/schema.ts';
import { assertNever } from '../errors/assert-never.ts';
import { appendEvents } from './append-events.ts';
import type { JobState } from './job.ts';
import type { JobEventBody } from './job-event.ts';
import { type JobMove, nextState } from './job-machine.ts';
import { errorOf, type JobRow } from './job-row.ts';
import { signal } from './job-signals.ts';
import type { JobsContext } from './jobs-context.ts';
import { positionOf } from './queue-line.ts';

type Changes = Partial<Omit<typeof jobs.$inferInsert, 'id' | 'state' | 'lastEvent' | 'owner'>>;

export interface MoveRequest {
  id: string;
  /** The process that must hold the job; null for moves that anyone may make. */
  owner: string | null;
  /** From what the row says, as it is locked. */
  move: (row: JobRow) => JobMove;
  /** Columns that change along with the state. */
  changes?: (row: JobRow, to: JobState) => Changes;
}

/** The job after the move; null when it does not exist, is held by another process, or the machine refuses. */
export async function moveJob(
  context: JobsContext,
  transaction: Queries,
  request: MoveRequest,
): Promise<JobRow | null> {
  const [row] = await transaction.select().from(jobs).where(eq(jobs.id, request.id)).for('update');
  if (row === undefined || (request.owner !== null && row.owner !== request.owner)) return null;
  const verdict = nextState(row.state, request.move(row));
  switch (verdict.kind) {
    case 'refuse':
      return null;
    case 'stay':
      return change(transaction, row, request.changes?.(row, row.state) ?? {});
    case 'move':
      return enter(context, transaction, row, verdict.to, request.changes?.(row, verdict.to) ?? {});
    default:
      return assertNever(verdict);
  }
}

async function enter(
  context: JobsContext,
  transaction: Queries,
  row: JobRow,
  to: JobState,
  changes: Changes,
): Promise<JobRow | null> {
  const now = context.clock();
  const next = await change(transaction, row, { ...changes, ...entering(context, row, to, now), state: to });
  if (next === null) return null;
  const body = await eventOf(transaction, next);
  await appendEvents(transaction, row.id, row.lastEvent, [body], now);
  await context.outbox.add(transaction, row, { sequence: next.lastEvent, body, at: now });
  await moveEntry(context, transaction, row, to);
  if (row.state === 'queued' || to === 'queued') await signal(transaction, 'moved');
  return next;
}

function change(
  transaction: Queries,
  row: JobRow,
  changes: Partial<typeof jobs.$inferInsert>,
): Promise<JobRow | null> {
  if (Object.keys(changes).length === 0) return Promise.resolve(row);
  return transaction
    .update(jobs)
    .set(changes)
    .where(and(eq(jobs.id, row.id), eq(jobs.state, row.state)))
    .returning()
    .then(([changed]) => changed ?? null);
}

/** What every job has that enters a state. */
function entering(
  context: JobsContext,
  row: JobRow,
  to: JobState,
  now: Date,
): Partial<typeof jobs.$inferInsert> {
  const lastEvent = row.lastEvent + 1;
  switch (to) {
    case 'running':
      return {
        ...{ lastEvent, owner: context.owner, attempts: row.attempts + 1, startedAt: row.startedAt ?? now },
        ...{ progress: null, queuePosition: null },
      };
    case 'queued':
      return { lastEvent, owner: null, progress: null };
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return { lastEvent, owner: null, progress: null, queuePosition: null, finishedAt: now };
    default:
      return assertNever(to);
  }
}

async function eventOf(transaction: Queries, row: JobRow): Promise<JobEventBody> {
  switch (row.state) {
    case 'running':
      return { type: 'started', attempt: row.attempts };
    case 'queued':
      return { type: 'queued', position: (await positionOf(transaction, row.id)) ?? 1 };
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return { type: 'ended', state: row.state, error: errorOf(row) };
    default:
      return assertNever(row.state);
  }
}

async function moveEntry(
  context: JobsContext,
  transaction: Queries,
  row: JobRow,
  to: JobState,
): Promise<void> {
  switch (to) {
    case 'running':
      return;
    case 'queued':
      await context.dispatch.putBack(row);
      return signal(transaction, 'work');
    case 'succeeded':
    case 'failed':
    case 'canceled':
      // A waiting entry may be held by a claim that waits for this row: see dispatch.ts.
      if (row.state === 'running') await context.dispatch.remove(row);
      await transaction
        .delete(jobEvents)
        .where(and(eq(jobEvents.job, row.id), eq(jobEvents.type, 'preview')));
      return;
    default:
      return assertNever(to);
  }
}
